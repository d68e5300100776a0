"""What a finding's help says: the first words of the control's Fix that are about what was judged."""

from hardstand.model.finding import Finding
from hardstand.model.kind import Kind, Platform, group_of, platform_of
from hardstand.report.interface import ControlPage

_COMPOSE = "In Compose: "


def advice(page: ControlPage, one: Finding) -> str:
    """A paragraph: the first, or, for the services of Compose files, the one that speaks of them."""
    paragraphs = [" ".join(text.split()) for text in page.sections.get("Fix", "").split("\n\n")]
    if platform_of(Kind(group_of(one.object.api_version), one.object.kind)) is Platform.COMPOSE:
        spoken = next((text for text in paragraphs if text.startswith(_COMPOSE)), paragraphs[0])
        words = spoken.removeprefix(_COMPOSE)
        return words[:1].upper() + words[1:]
    return paragraphs[0]
