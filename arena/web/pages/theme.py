"""The look of Gradio's components: the same paper, ink and accent as `static/page.css`."""

from gradio.themes import Base
from gradio.themes.utils.colors import Color

FONTS = (
    "Noto Sans KR",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Noto Sans CJK KR",
    "system-ui",
    "sans-serif",
)
MONO = ("ui-monospace", "D2Coding", "Noto Sans Mono CJK KR", "Consolas", "monospace")
INK = Color(
    "#eef2fa",
    "#dbe3f3",
    "#b9c8e6",
    "#93aad6",
    "#6c8ac4",
    "#4a6bae",
    "#35559a",
    "#2a4684",
    "#22396b",
    "#1b2d54",
    "#121f3b",
    name="ink",
)
PAPER = Color(
    "#fbfaf7",
    "#f6f4ef",
    "#e7e3da",
    "#d3cec2",
    "#a9a69d",
    "#7c7b76",
    "#5b5d61",
    "#454a53",
    "#2c323c",
    "#1d2229",
    "#14171c",
    name="paper",
)


def theme() -> Base:
    """Give the theme; fonts are those of the citizen's own device."""
    base = Base(primary_hue=INK, secondary_hue=INK, neutral_hue=PAPER, font=FONTS, font_mono=MONO)
    return base.set(
        body_background_fill="#f6f4ef",
        body_background_fill_dark="#14171c",
        body_text_color="#1d2430",
        body_text_color_dark="#e8ebf0",
        body_text_color_subdued="#545c69",
        body_text_color_subdued_dark="#aab2bf",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1d2229",
        background_fill_secondary="#fbfaf7",
        background_fill_secondary_dark="#191d23",
        border_color_primary="#dcd7cb",
        border_color_primary_dark="#343b46",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_title_text_color="#1d2430",
        block_title_text_color_dark="#e8ebf0",
        block_label_text_color="#1d2430",
        block_label_text_color_dark="#e8ebf0",
        block_info_text_color="#545c69",
        block_info_text_color_dark="#aab2bf",
        input_placeholder_color="#545c69",
        input_placeholder_color_dark="#aab2bf",
        table_border_color="#dcd7cb",
        table_border_color_dark="#343b46",
        table_even_background_fill="#ffffff",
        table_even_background_fill_dark="#1d2229",
        table_odd_background_fill="#fbfaf7",
        table_odd_background_fill_dark="#191d23",
        link_text_color="#22396b",
        link_text_color_dark="#a9c1f5",
    )
