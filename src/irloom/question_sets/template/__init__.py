"""The infrared template benchmark: questions made of what annotators of published sets wrote down.

After section 4 of Infrared-LLaVA (Findings of EMNLP 2024): locate, aerial and pedestrian counting,
recognition, scene and security.
"""
