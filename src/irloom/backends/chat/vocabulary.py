"""Vocabulary about labels: irregular plurals, nouns that are counted in parts, and synonyms."""

from collections.abc import Mapping

PLURALS: Mapping[str, str] = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "mouse": "mice",
    "knife": "knives", "goose": "geese", "foot": "feet", "tooth": "teeth", "ox": "oxen",
    "sheep": "sheep", "deer": "deer", "fish": "fish", "aircraft": "aircraft", "moose": "moose",
    "leaf": "leaves", "shelf": "shelves", "scarf": "scarves", "wolf": "wolves", "calf": "calves",
    "loaf": "loaves", "half": "halves", "policeman": "policemen", "fireman": "firemen",
    "snowman": "snowmen", "tomato": "tomatoes", "potato": "potatoes", "buffalo": "buffaloes",
    "tv": "TVs", "bus": "buses",
}  # fmt: skip
"""Irregular plurals."""
PARTS: Mapping[str, str] = {
    "scissors": "pair", "skis": "pair", "glasses": "pair", "sunglasses": "pair", "goggles": "pair",
    "binoculars": "pair", "pants": "pair", "trousers": "pair", "jeans": "pair", "shorts": "pair",
    "pliers": "pair", "headphones": "pair", "broccoli": "piece", "luggage": "piece",
    "furniture": "piece", "bread": "piece", "fruit": "piece", "clothing": "piece",
}  # fmt: skip
"""Nouns without a countable form of their own, and what is counted of them."""
SYNONYMS: Mapping[str, str] = {
    "person": (
        "man woman boy girl child kid baby toddler guy lady gentleman worker player skier surfer "
        "snowboarder skateboarder rider batter pitcher umpire chef male female adult teenager friend "
        "passenger someone individual cook crowd family pedestrian astronaut"
    ),
    "bicycle": "bike cycle", "motorcycle": "motorbike",
    "airplane": "plane aeroplane jet airliner jetliner", "car": "sedan taxi suv",
    "train": "subway locomotive", "truck": "pickup van", "boat": "ship yacht canoe",
    "traffic light": "stoplight", "fire hydrant": "hydrant", "cat": "kitten", "dog": "puppy",
    "horse": "pony foal", "sheep": "lamb", "cow": "cattle bull calf ox", "bear": "cub",
    "backpack": "rucksack", "handbag": "purse", "tie": "necktie", "suitcase": "luggage", "skis": "ski",
    "sports ball": "ball", "cup": "mug", "donut": "doughnut", "hot dog": "hotdog", "couch": "sofa",
    "potted plant": "houseplant", "dining table": "table", "tv": "television",
    "cell phone": "phone cellphone smartphone", "refrigerator": "fridge", "oven": "stove",
    "tennis racket": "racket racquet", "baseball bat": "bat", "baseball glove": "mitt",
    "hair drier": "hairdryer", "rocket": "spacecraft shuttle",
    "bird": "parrot duck pigeon gull seagull goose parakeet canary",
}  # fmt: skip
"""Other words by which captions mention a label, with spaces between."""
LABELS = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag",
    "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat",
    "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork",
    "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog",
    "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv",
    "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
    "rocket",
)  # fmt: skip
"""COCO's labels: a caption may mention them with no box to match."""
