r"""The Markdown that replies are written in: CommonMark, tables, strikethrough, formulas; no HTML.

Law: what stands above the last block of a text stays the same, whatever is written below it. So there are
no reference definitions, and a formula between `$$` or `\[ \]` ends at a blank line at the latest.
"""

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore, inline, text_join
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from arena.web.formulas import formula_block, formula_inline, mathml


def words(text: str) -> frozenset[str]:
    """Give the words of a closed list."""
    return frozenset(text.split())


MAX_HIGHLIGHTED = 10_000
"""The longest code that is coloured, in characters; lexers are not linear in every input."""

MAX_CELLS = 1_000
"""The most cells of a table; short rows are filled up, so that few characters can ask for many cells."""

LANGUAGES = words(
    "bash c cpp c++ c# csharp css dart diff docker dockerfile go html http ini java javascript js json "
    "kotlin latex lua make makefile matlab php powershell py python r rb ruby rust scala scss sh shell sql "
    "swift tex toml ts tsx typescript xml yaml yml"
)
"""The languages whose lexers are used."""

CLASS_PREFIX = "hl-"
TOP_HEADING, LAST_HEADING = 3, 6

_HANGUL_OR_HAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]")
_PAINTER = HtmlFormatter(nowrap=True, classprefix=CLASS_PREFIX)


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


def _may_touch(char: str, beyond: str) -> bool:
    """Tell whether an emphasis mark may open before `char` when `beyond` stands on its other side.

    CommonMark refuses a mark between punctuation and a letter; Korean puts particles right after closing
    marks (`**"말"**은`), so a Hangul or Han letter counts as a space here.
    """
    if isWhiteSpace(ord(char)):
        return False
    is_edge = isWhiteSpace(ord(beyond)) or _is_punctuation(beyond) or bool(_HANGUL_OR_HAN.match(beyond))
    return not _is_punctuation(char) or is_edge


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls rules so
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    opens, closes = _sides(state, marker, end)
    length = end - state.pos
    for _ in range(length):
        state.push("text", "", 0).content = marker
        place = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), length, place, -1, open=opens, close=closes))
    state.pos = end
    return True


def _sides(state: StateInline, marker: str, end: int) -> tuple[bool, bool]:
    """Tell whether the run of marks from `state.pos` to `end` may open and may close emphasis."""
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    opens, closes = _may_touch(after, before), _may_touch(before, after)
    if marker == "*":
        return opens, closes
    return opens and (not closes or _is_punctuation(before)), closes and (not opens or _is_punctuation(after))


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls rules so
    """Read a link; without definitions none can begin where no `](` follows."""
    return state.src.find("](", state.pos) >= 0 and link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls rules so
    """Read an image, as links are read."""
    return state.src.find("](", state.pos) >= 0 and image(state, silent)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 markdown-it calls rules so
    """Read a table; how many rows it can have hangs on its first two lines only, as the law above asks."""
    if start + 2 > end:
        return False
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start + 1]) // 2 + 1
    return table(state, start, min(end, start + 2 + MAX_CELLS // columns), silent)


class Renderer(RendererHTML):
    """Writes tokens as HTML that the page's policy can show: no styles, no images, scrolling wide parts."""

    def text_join(self, tokens: list[Token]) -> str:
        """Give the plain text of an image's description."""
        return "".join(token.content or self.text_join(token.children or []) for token in tokens)

    def formula(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: object) -> str:
        """Write MathML, or the source as code."""
        token = tokens[idx]
        shown = None if token.markup else mathml(token.content, display=token.meta["display"])
        if token.block:
            if shown is None:
                return _code(token.markup or token.content, "")
            return f'<div class="wide" tabindex="0">{shown}</div>\n'
        return shown or f"<code>{escaped(token.content)}</code>"

    def fence(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """Write code, coloured once it is finished."""
        token = tokens[idx]
        language = token.info.strip().partition(" ")[0].lower()
        return _code(token.content, language if env["finished"] else "")

    def code_block(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: object) -> str:
        """Write indented code."""
        return _code(tokens[idx].content, "")

    def image(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: object) -> str:
        """Write the description of a picture, never the picture: nothing is loaded from outside."""
        return f'<span class="picture">{escaped(self.text_join(tokens[idx].children or []))}</span>'

    def table_open(self, *_: object) -> str:
        """Let a wide table scroll in itself."""
        return '<div class="wide" tabindex="0"><table>\n'

    def table_close(self, *_: object) -> str:
        """End a table."""
        return "</table></div>\n"


def escaped(text: str) -> str:
    """Write text so that HTML shows its letters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _code(source: str, language: str) -> str:
    body = escaped(source)
    if language in LANGUAGES and len(source) <= MAX_HIGHLIGHTED:
        body = highlight(source, get_lexer_by_name(language, stripnl=False), _PAINTER)
    return f'<pre tabindex="0"><code>{body}</code></pre>\n'


def demote(tokens: list[Token], above: list[int]) -> None:
    """Let headings start below the page's own and never skip a level; `above` is kept between blocks."""
    for token in tokens:
        if token.type == "heading_open":
            source = int(token.tag[1])
            while above and above[-1] >= source:
                above.pop()
            above.append(source)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(TOP_HEADING + len(above) - 1, LAST_HEADING)}"


def align(tokens: list[Token]) -> None:
    """Say the alignment of table cells by class, because the page's policy has no inline styles."""
    for token in tokens:
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrs["class"] = style.removeprefix("text-align:")


def parser() -> MarkdownIt:
    """Give a parser that obeys the law above."""
    made = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer)
    made.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    made.block.ruler.before("fence", "formula", formula_block, {"alt": ["paragraph", "blockquote", "list"]})
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.inline.ruler.before("escape", "formula", formula_inline)
    made.inline.ruler.at("emphasis", _emphasis)
    made.inline.ruler.at("link", _link)
    made.inline.ruler.at("image", _image)
    return made


def structure(made: MarkdownIt, text: str) -> list[Token]:
    """Read the blocks of a text and nothing inside their lines."""
    tokens: list[Token] = []
    made.block.parse(text, made, {}, tokens)
    return tokens


def fill(made: MarkdownIt, tokens: list[Token]) -> None:
    """Read what is inside the lines of blocks."""
    state = StateCore("", made, {}, tokens)
    inline(state)
    text_join(state)
