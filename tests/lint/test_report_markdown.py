from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fix_findings import ALL, COMMIT, EMPTY, NONE, NOTE, ONE
from markdown_it import MarkdownIt

from surefoot_lint.errors import Place
from surefoot_lint.finding import Finding, Report
from surefoot_lint.report import render

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def html(*findings: Finding) -> str:
    return str(MARKDOWN.render(render(Report(findings, ("a.sql",)), "markdown")))


def excerpted(text: str) -> Finding:
    return replace(COMMIT, place=Place("a.sql", 1, None, text))


def test_whole() -> None:
    assert (
        render(ONE, "markdown")
        == """\
### surefoot-lint: 1 error in 1 file

| rule | found |
|---|---|
| TX104 transaction-control-in-file | 1 error |

<details>
<summary><b>error TX104 transaction-control-in-file</b> <code>migrations/001_cats.sql:3:2</code><br>\
COMMIT in a file that runs in a transaction</summary>

```text
    3 | \tCOMMIT;
      | \t^
```

<p>
instead: remove it<br>
more: surefoot-lint explain TX104
</p>
</details>"""
    )


def test_of_nothing() -> None:
    assert render(NONE, "markdown") == "### surefoot-lint: nothing found in 19 files"


def test_sorted_by_level_then_place() -> None:
    later = replace(COMMIT, place=Place("migrations/001_cats.sql", 8, 1))
    text = render(Report((EMPTY, NOTE, later, COMMIT), ("a.sql",)), "markdown")
    assert re.findall(r"<code>(.*?)</code>", text) == [
        "migrations/001_cats.sql:3:2",
        "migrations/001_cats.sql:8:1",
        "2,a:b.sql",
        "m.yaml:4:5",
    ]
    assert "| TX104 transaction-control-in-file | 2 errors |\n| FS305 empty-migration | 1 warning |\n" in text


def test_says_what_a_baseline_can_lose() -> None:
    assert render(ALL, "markdown").endswith(
        "\n\n<p>old.jsonl: 2 entries are no longer found; surefoot-lint baseline takes them out.</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT '```';",
        "```",
        "````````",
        "SELECT 1 | 2 || '|';",
        "</details><script>",
        "@everyone #12 **bold** _x_",
        "~~~",
    ],
)
def test_excerpt_stays_an_excerpt(text: str) -> None:
    block = re.findall(r'<pre><code class="language-text">(.*?)</code></pre>', html(excerpted(text)), re.DOTALL)
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert block == [f"    1 | {shown}\n"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<img src=x> & co", "&lt;img src=x&gt; &amp; co"),
        ("**bold** `code` [a](b) | c", "**bold** `code` [a](b) | c"),
        ("ask @admin", "ask @<!-- -->admin"),
        ("a\n\n# b\r\nc", "a<br><br># b <br>c"),
        ("</details>", "&lt;/details&gt;"),
    ],
)
def test_text_stays_text(text: str, written: str) -> None:
    odd = replace(COMMIT, message=text, advice=text, place=Place("a.sql"))
    rendered = html(odd)
    assert f"<br>{written}</summary>" in rendered
    assert f"instead: {written}<br>" in rendered
    assert rendered.count("<details>") == rendered.count("</details>") == 1


MANY = [
    [COMMIT] * 1_000,
    [replace(COMMIT, message="<" * 5_000)] * 100,
    [excerpted("`" * 90_000)] * 2_000,
    [replace(COMMIT, place=Place("x" * 4_000, 1, 1, "@" * 1_000), message="@" * 9_000, advice="&" * 70_000)] * 20,
    [EMPTY, *[COMMIT] * 400, NOTE],
]


@pytest.mark.parametrize("findings", MANY)
def test_never_longer_than_github_takes(findings: list[Finding]) -> None:
    text = render(Report(tuple(findings), ("a.sql",)), "markdown")
    assert 50_000 < len(text) < 65_000
    more = re.search(r"^… and (\d+) more\.$", text, re.MULTILINE)
    assert more
    assert text.count("<details>") == text.count("</details>") == len(findings) - int(more[1])
