"""The infrared template benchmark: questions made of what annotators of published sets wrote down.

After section 4 of Infrared-LLaVA (Findings of EMNLP 2024): locate, aerial and pedestrian counting,
recognition, scene and security.
"""

from irloom.question_sets.builder import Builder
from irloom.question_sets.template.building import TemplateSettings, build_template
from irloom.question_sets.template.tasks import read_tasks

builder = Builder[TemplateSettings](
    name="template",
    help="questions about published infrared sets, from their annotations: the six tasks of Infrared-LLaVA",
    description="Make a question set of the annotations of published infrared sets: where objects lie, how "
    "many there are, what is framed, what kind of place it is, and what is missing. Give any of the sets; "
    "nothing is sent anywhere.",
    config=TemplateSettings,
    build=build_template,
    published={task.name: task.published for task in read_tasks().tasks if task.published is not None},
    about="Questions about real infrared pictures whose answers follow from the annotations of published "
    "sets, after the infrared template benchmark of Infrared-LLaVA (Findings of EMNLP 2024, section 4). "
    "Nothing is told of what nobody annotated, and words alone are kept from telling the answers.",
    limits=(
        "An answer is as good as the annotation that it was read from.",
        "The wording is irloom's own, and what is ambiguous is left out, so that scores are not those of the "
        "paper's benchmark.",
    ),
)
