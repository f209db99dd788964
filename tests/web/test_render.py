import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arena.web.formulas import MAX_DEPTH, MAX_SOURCE, mathml
from arena.web.markdown import MAX_CELLS
from arena.web.render import MAX_BLOCK, MAX_BRACKETS, MAX_MARKS, MAX_TEXT, Blocks, render
from tests.web.hostile_texts import HOSTILE

PIECES = (
    "가나다 ",
    "word ",
    "\n",
    "\n\n",
    "# ",
    "## ",
    "```",
    "```python\n",
    "~~~\n",
    "- ",
    "  - ",
    "1. ",
    "> ",
    "| a | b |\n",
    "|---|:-:|\n",
    "---\n",
    "===\n",
    "    ",
    "\t",
    "$$",
    "$$\n",
    "\\[\n",
    "\\]\n",
    "$x^2$",
    "\\(a\\)",
    "**",
    "`",
    "[a](https://example.org)",
    "[a]: https://example.org\n",
    "<b>",
    "\r\n",
    "def f(): return 1\n",
)
markdown = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join)

LARGE = (
    "a" * 100_000,
    ">" * 100_000,
    "[" * 100_000,
    "![" * 50_000,
    "*a " * 33_000,
    "**" * 50_000,
    "_a_" * 33_000,
    "$" * 100_000,
    "$a " * 33_000,
    "\\(" * 50_000,
    "\\[" * 50_000,
    "`" * 100_000,
    "- " * 50_000,
    "- a\n" * 25_000,
    "a|" * 50_000 + "\n" + "-|" * 50_000,
    "<" * 100_000,
    "a\n" * 50_000,
    "$$\n" * 33_000,
    "```x\n" * 20_000,
    "~~a" * 33_000,
)

ALLOWED_ADDRESS = re.compile(r"(https?://|mailto:)")


class Reader(HTMLParser):
    """Collects what an HTML parser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Note a tag, its attributes, and that it is open."""
        self.tags.append(tag)
        self.attributes.extend((tag, name, value) for name, value in attrs)
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Hold that tags are closed in the order of their opening."""
        assert self.open.pop() == tag


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def streamed(pieces):
    blocks = Blocks()
    shown = {}
    for piece in pieces:
        shown.update(blocks.feed(piece))
    shown.update(blocks.finish())
    return {index: html for index, html in shown.items() if html}


def cut(text, places):
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in pairwise(edges)]


@settings(max_examples=400, deadline=None)
@given(text=markdown, places=st.lists(st.integers(min_value=0, max_value=500), max_size=20))
@example(text="a\n$$\nx\n\nb", places=list(range(12)))
@example(text="a\n=\n- b\n\n  c\n\nd", places=list(range(20)))
def test_any_chunking_gives_the_same_blocks(text, places):
    """However a reply is cut into deltas, the page ends with the blocks of the whole reply."""
    whole = streamed([text])
    pieces = streamed(cut(text, places))
    letters = streamed(list(text))

    assert pieces == whole
    assert letters == whole
    assert "\n".join(whole.values()) == render(text)


def test_a_finished_block_is_sent_once():
    """A paragraph that is complete is not sent again while the next ones grow."""
    blocks = Blocks()
    blocks.feed("첫 문단\n\n")
    blocks.feed("둘째 문단\n")

    later = blocks.feed("이 자란다\n") + blocks.feed("\n셋째") + blocks.finish()

    assert 0 not in dict(later)


def test_an_unclosed_fence_looks_like_code():
    """Code is shown as code from its first line on, before its fence is closed."""
    shown = dict(Blocks().feed("```python\nprint('# 안녕"))

    assert shown == {0: '<pre tabindex="0"><code>print(\'# 안녕</code></pre>'}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_brings_nothing_alive(text):
    """No reply can bring a script, an event attribute, a style, a frame or a foreign load to the page."""
    for html in (render(text), render(f"- a\n\n  > {text}"), "".join(streamed(list(text)).values())):
        seen = read(html)

        assert seen.open == []
        assert not {"script", "style", "img", "svg", "iframe", "form", "base", "meta", "annotation-xml"} & {
            *seen.tags
        }
        assert all(
            not name.startswith("on") and name not in ("style", "src", "id") for _, name, _ in seen.attributes
        )
        assert all(
            tag == "a" and ALLOWED_ADDRESS.match(value)
            for tag, name, value in seen.attributes
            if name == "href"
        )


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.sampled_from(HOSTILE + PIECES), max_size=8))
def test_mixed_hostile_markdown_brings_nothing_alive(parts):
    """Hostile pieces put together are as harmless as each by itself."""
    seen = read(render("".join(parts)))

    assert seen.open == []
    assert not {"script", "style", "img", "svg", "iframe", "form", "base", "meta"} & {*seen.tags}
    assert all(not name.startswith("on") and name != "style" for _, name, _ in seen.attributes)


@pytest.mark.parametrize("text", LARGE, ids=lambda text: repr(text[:6]))
def test_large_replies_stay_small(text):
    """A reply of 100,000 hostile characters is rendered, and its HTML grows no faster than the text."""
    html = render(text)

    assert len(html) < 40 * len(text)


def test_every_letter_of_a_large_reply_is_not_a_rendering():
    """A long open block is rendered again only when it has grown by a part of itself."""
    blocks = Blocks()

    changes = sum(bool(blocks.feed("가나다라 ")) for _ in range(20_000))

    assert changes < 100


LONG_REPLIES = {
    "list": "- **항목**: `값`을 [여기](https://example.org/)에서 볼 수 있습니다.\n" * 90,
    "nested": "- 항목\n  - 아래\n    - 더 아래\n" * 170,
    "table": "| a | b |\n|---|---|\n" + "| **값** | `code` |\n" * 220,
    "code": "```python\n" + "value = 1  # 값\n" * 280,
    "formulas": "$x_1^2 + 1$ 그리고 " * 260,
    "brackets": "[" * 4_000,
    "prose": "하늘이 *파란* 까닭은 무엇일까요? " * 200,
}


@pytest.mark.parametrize("name", LONG_REPLIES)
def test_cost_of_a_long_block(name):
    """A block of 4,000 characters in small deltas is shown some fifty times, and sent in 150 KB at most."""
    blocks, text = Blocks(), LONG_REPLIES[name][:4_000]
    sent = [blocks.feed(text[start : start + 12]) for start in range(0, len(text), 12)]
    sent.append(blocks.finish())

    assert sum(map(bool, sent)) <= 50
    assert sum(len(html.encode()) for changed in sent for _, html in changed) <= 150_000


@pytest.mark.parametrize(
    "text",
    [
        "- " + "a " * (MAX_BLOCK // 2),
        "[" * (MAX_BRACKETS + 1),
        "![" * (MAX_BRACKETS + 1),
        "a" + "`" * (MAX_MARKS + 1),
        "- [ ] 하나\n- " + "$" * (MAX_MARKS + 1),
        "a <b>& `c`\n" * (MAX_BLOCK // 8),
    ],
    ids=lambda text: repr(text[:8]),
)
def test_blocks_that_cost_too_much_are_plain(text):
    """A block too long or too full of marks is shown as the letters it was written in."""
    whole = dict(streamed([f"앞\n\n{text}\n\n뒤"]))
    letters = dict(streamed(list(f"앞\n\n{text}\n\n뒤")))

    assert whole == letters
    assert whole[1].startswith('<p class="plain">')
    assert unescape(re.sub("<[^>]*>", "", whole[1])) == text.strip()
    assert "plain" not in whole[0] + whole[2]


def test_long_code_stays_code():
    """Code may be of any length up to the bound of a reply."""
    text = "```python\n" + "a = 1\n" * (MAX_BLOCK // 3) + "```\n\n뒤"

    assert render(text).startswith('<pre tabindex="0"><code>a = 1')
    assert render(text).endswith("<p>뒤</p>")


def test_what_follows_the_bound_of_a_reply_is_plain():
    """A reply beyond all measure ends as plain text, cut at the same letter however it came."""
    text = "**가**\n\n" * (MAX_TEXT // 7 + 9)
    pieces = [text[start : start + 1_234] for start in range(0, len(text), 1_234)]

    assert streamed(pieces) == streamed([text])
    assert unescape(render(text)).endswith('<p class="plain">' + text[MAX_TEXT:].rstrip() + "</p>")


def test_short_rows_do_not_make_many_cells():
    """A table has so many cells at most, however few letters ask for them."""
    html = render("a|" * 100 + "\n" + "-|" * 100 + "\n" + "a\n" * 1_500)

    assert html.count("<td") <= MAX_CELLS


def test_a_paragraph_below_a_list_ends_it():
    """A list is finished as soon as a paragraph has begun below it."""
    blocks = Blocks()
    blocks.feed("- 하나\n- 둘\n\n끝")

    assert 0 not in dict(blocks.feed("으로\n") + blocks.feed("한 줄") + blocks.finish())


def test_links_leave_no_trace():
    """A link of a reply tells the other site nothing and cannot reach back to the page."""
    html = render("[표준](https://example.org/a?b=c)")

    assert 'rel="noopener noreferrer nofollow ugc"' in html
    assert 'href="https://example.org/a?b=c"' in html


def test_pictures_become_their_description():
    """A picture of a reply is named, not loaded."""
    assert (
        render("![큰 **나무**](https://evil.example/x.png)") == '<p><span class="picture">큰 나무</span></p>'
    )


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a", "3"),
        ("### a\n\n# b", "33"),
        ("# a\n\n#### b\n\n## c", "344"),
        ("# a\n## b\n### c\n#### d\n##### e", "34566"),
        ("> ## a\n\n- # b", "33"),
    ],
)
def test_headings_keep_the_outline(text, levels):
    """Headings of a reply stand below the page's own and never skip a level."""
    found = re.findall(r"<h(\d)>", render(text))

    assert "".join(found) == levels
    assert re.findall(r"<h(\d)>", "".join(streamed(list(text)).values())) == found


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('**"단어"**는', '<strong>"단어"</strong>는'),
        ("**견줌(見)**은", "<strong>견줌(見)</strong>은"),
        ("그는 *'예'*라고", "그는 <em>'예'</em>라고"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("3~5일", "3~5일"),
        ("값은 $5 와 $10", "값은 $5 와 $10"),
    ],
)
def test_korean_emphasis(text, html):
    """A Korean particle may follow emphasis that ends with a mark; prices and ranges stay as they are."""
    assert render(text) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "text", ["$x^2$", "\\(x^2\\)", "$$x^2$$", "\\[x^2\\]", "$$\nx^2\n$$", "\\[\nx^2\n\\]"]
)
def test_formulas_become_mathml(text):
    """Formulas between any of the usual delimiters are shown as formulas."""
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in render(text)


@pytest.mark.parametrize(
    "source",
    [
        *("\\left(x", "{", "x" * (MAX_SOURCE + 1), "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1), "\\begin{"),
        *(
            "\\def\\a{굴}\\a 렁쇠",
            "\\newcommand{\\a}{굴}\\a",
            "\\unicode{xad74}",
            "굴\\kern1em렁쇠",
            "굴%x\n렁쇠",
        ),
        *("\\href{x}{렁}", "\\class{x}{렁}", "\\mathchoice{렁}{x}{y}{z}", "\\\\%"),
    ],
)
def test_formulas_that_cannot_be_shown(source):
    """A formula that is broken, too large, or does not say what it shows, is shown as its source."""
    assert mathml(source, display=False) is None
    assert "<math" not in render(f"$$\n{source}\n$$")


@pytest.mark.parametrize("source", ["50\\%", "\\color{red}{x}", "a\\hspace{1em}b", "\\default", "\\rulex"])
def test_formulas_like_those(source):
    """Escaped per cent signs, colours and spaces are shown, and what only begins like a refused word."""
    assert mathml(source, display=False) is not None


def test_formula_that_grows_by_itself():
    """Environments that are made of environments do not become megabytes."""
    names = "abcdefgh"
    within = dict(
        zip(names, ("x", *(f"\\begin{{{name}}}\\end{{{name}}}" * 4 for name in names)), strict=False)
    )
    made = "".join(f"\\newenvironment{{{name}}}{{{body}}}{{}}" for name, body in within.items())
    text = f"${made}\\begin{{h}}\\end{{h}}$"

    assert len(render(text)) < 2 * len(text)


@settings(max_examples=300, deadline=None)
@given(
    source=st.lists(
        st.sampled_from(
            [
                "{",
                "}",
                "\\frac",
                "\\left(",
                "\\right",
                "^",
                "_",
                "&",
                "\\\\",
                "\\begin{matrix}",
                "x",
                "\\text{",
            ]
        )
        | st.text(max_size=3),
        max_size=40,
    ).map("".join)
)
def test_no_formula_stops_a_reply(source):
    """Whatever stands between formula marks, the reply is rendered."""
    html = render(f"앞 ${source}$ 뒤\n\n$$\n{source}\n$$\n\n끝")

    assert html.rstrip().endswith("</p>") or "끝" in html


@pytest.mark.parametrize("text", ["", " \n \n", "\r\n", "\0", "\u202e거꾸로", "🙂" * 1000, "שלום **עולם**"])
def test_odd_texts(text):
    """Empty texts, controls, emoji and right-to-left letters are rendered."""
    assert read(render(text)).open == []
