"""What a notebook cell shows: markup that is already escaped."""

from markupsafe import Markup


class Html:
    """Markup that a notebook displays as it is; Quarto would take ``{{<`` for a shortcode."""

    def __init__(self, markup: str) -> None:
        self.markup = str(markup).replace("{{<", "&#123;{<")

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return "HTML"


def standing(text: str) -> Html:
    """A sentence that many pages carry alike: the search index leaves it out."""
    return Html(Markup('<p class="standing">{}</p>').format(text))


def paragraphs(*texts: str) -> Html:
    """Plain sentences as paragraphs, escaped."""
    return Html(Markup("\n").join(Markup("<p>{}</p>").format(text) for text in texts))
