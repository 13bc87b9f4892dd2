"""Questions about temperatures, made from radiometric files, whose answers are what the files hold."""

from irloom.question_sets.builder import Builder
from irloom.question_sets.thermometry.building import build_thermometry
from irloom.question_sets.thermometry.settings import ThermometrySettings

builder = Builder[ThermometrySettings](
    name="thermometry",
    help="questions about temperatures, from your own files of thermal cameras",
    description="Reads files with a temperature a pixel, shows them in drawn palettes with a colour bar, and "
    "asks how warm points and regions are, what is warmer, by how much, and what the bar says; with masks, "
    "also where damage is. Every answer is read from the file.",
    config=ThermometrySettings,
    build=build_thermometry,
    about="Questions about temperatures in thermal pictures. Answers are measured in the radiometric files "
    "that the pictures were drawn from; palette, stretch, range and side of the colour bar are drawn for "
    "each picture, and what has no single clear answer is left out.",
    limits=(
        "Temperatures are those of the camera, under the emissivity, distance and air that it was told.",
        "Places are drawn, and are not chosen for what they show.",
        "Anomalies are what the given masks mark.",
    ),
)
