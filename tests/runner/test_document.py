"""The page of a schema: what it tells of odd and of usual files, and that it says when it is stale."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from html import unescape

import pytest
from fix_catalog import EVERYTHING
from fix_command import Run
from fix_page import Reader
from fix_project import ProjectFolder
from markdown_it import MarkdownIt

from surefoot.document.browser import html
from surefoot.document.cells import code, slug, table, text
from surefoot.document.composing import compose
from surefoot.document.drawing import anchor, drawing
from surefoot.document.keeping import staleness
from surefoot.document.markdown import markdown
from surefoot.document.mermaid import diagram
from surefoot.document.model import Document, Table
from surefoot.document.purpose import purpose
from surefoot.document.reading import read
from surefoot.document.svg import element_of
from surefoot.scratch.databases import Databases
from surefoot.servers import Server
from surefoot_lint.counting import counted

SHOP = """\
-- Customers, and what they order.
--
-- Keys are made here.
CREATE TYPE state AS ENUM ('new', 'paid', 'it''s over');
COMMENT ON TYPE state IS 'How far an order is.';
CREATE TABLE customer (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, "first name" text DEFAULT 'a|b');
COMMENT ON TABLE customer IS 'Who <orders> | pays *us*.';
COMMENT ON COLUMN customer.email IS 'As they wrote it.';
CREATE TABLE "order" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL REFERENCES customer ON DELETE CASCADE,
    adviser bigint REFERENCES customer,
    state state NOT NULL DEFAULT 'new',
    total numeric(10, 2) CHECK (total >= 0)
);
CREATE TABLE invoice ("order" bigint PRIMARY KEY REFERENCES "order");
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customer FOR SELECT USING (email = current_user);
"""
PAID = """\
ALTER TABLE "order" ADD COLUMN paid_on date;
CREATE INDEX order_unpaid ON "order" (customer) WHERE paid_on IS NULL;
CREATE VIEW unpaid AS SELECT id FROM "order" WHERE paid_on IS NULL;
CREATE FUNCTION pay(bigint) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ UPDATE "order" SET paid_on = now() $$;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
CREATE TRIGGER keep BEFORE DELETE ON "order" FOR EACH ROW WHEN (OLD.paid_on IS NOT NULL) EXECUTE FUNCTION keep();
"""
ROWS = "/* The first customer. */ INSERT INTO customer VALUES (1, 'a@example.org');"
MakeDocument = Callable[[ProjectFolder], Document]


@pytest.fixture
def make(databases: Databases) -> MakeDocument:
    """Build a project on the tests' server, and compose its page."""

    def make(folder: ProjectFolder) -> Document:
        project = folder.load()
        return compose(project, read(project, databases))

    return make


@pytest.fixture
def shop(folder: ProjectFolder) -> ProjectFolder:
    """A project of three migrations in two phases; the last makes rows alone."""
    folder.add("001_shop.sql", SHOP, phase="sales")
    folder.add("002_paid.sql", PAID, phase="money")
    folder.add("003_rows.sql", ROWS, None, phase="money", irreversible="who knows")
    folder.save()
    return folder


@pytest.fixture
def document(run: Run, server: Server) -> Run:
    """The command, with trials on the server of the tests."""
    return partial(run, "document", "--scratch-url", server.url)


def section(page: str, title: str) -> str:
    """Give the text below a title of any level, up to the next of the same."""
    match = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", page, re.DOTALL | re.MULTILINE)
    assert match, title
    return match[2]


# -- Texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        ("-- One line.\nSELECT 1;", "One line."),
        ("\n\n--Two\n--   lines.\n--\n-- Not this.\nSELECT 1;", "Two lines."),
        ("-- ====\n-- In a frame\n-- ====\n-- not this", "In a frame"),
        ("/* One */ SELECT 1; -- two", "One"),
        ("/*\n * With stars,\n * two lines.\n *\n * More.\n */", "With stars, two lines."),
        ("-- surefoot: allow-file LK101: it is small\n-- Meant.\n", "Meant."),
        ("-- With CRLF\r\n-- too.\r\n\r\nSELECT 1;", "With CRLF too."),
        ("SELECT 1; -- late", ""),
        ("-- \n--\nSELECT 1", ""),
        ("", ""),
    ],
)
def test_the_purpose_is_the_first_comment(begins: str, said: str) -> None:
    assert purpose(begins) == said


@pytest.mark.parametrize(
    "said",
    ["a | b", "<b>&amp;", "*x* _y_ [z](#a) `c`", "snake_case", "\\|", "~ \\| *x*", "# no title", "two\nlines", "a~~b"],
)
def test_a_text_is_shown_as_it_was_written(said: str) -> None:
    lines = "\n".join(table(("is", "code"), [(text(said), code(said))]))
    shown_page = MarkdownIt("commonmark").enable("table").render(lines)
    cells = re.findall(r"<td>(.*?)</td>", shown_page)
    shown = " ".join(said.split())
    assert [unescape(re.sub("</?code>", "", cell)) for cell in cells] == [shown, shown]
    assert [re.findall("<[^>]+>", cell) for cell in cells] == [[], ["<code>", "</code>"]]


def test_a_column_that_is_empty_is_left_out() -> None:
    assert list(table(("a", "b", "c"), [("1", "", "2"), ("3", "", "")])) == [
        "| a | c |",
        "|---|---|",
        "| 1 | 2 |",
        "| 3 |  |",
        "",
    ]
    assert list(table(("a",), [])) == []


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (1, "policy", "1 policy"),
        (2, "policy", "2 policies"),
        (3, "index", "3 indexes"),
        (1000, "table", "1,000 tables"),
    ],
)
def test_numbers_with_nouns(number: int, noun: str, said: str) -> None:
    assert counted(number, noun) == said


# -- What it tells ----------------------------------------------------------------------------------------------------


def test_the_page(shop: ProjectFolder, make: MakeDocument) -> None:
    page = markdown(make(shop))
    assert page.startswith("<!-- Written by `surefoot document`.")
    assert "3 migrations in 2 phases build 3 tables, 1 view, 1 enum, 2 functions, 1 trigger and 1 policy." in page
    assert "**Last schema change:** `002_paid` (" in page
    assert "The migration after it does not change the schema." in page
    assert section(page, "Migrations").splitlines()[4:] == [
        "|---|---|---|---|---|",
        "| `001_shop` | sales | Customers, and what they order. | makes 3 tables, 1 enum, 1 policy |  |",
        "| `002_paid` | money |  | makes 1 view, 2 functions, 1 trigger, 1 index; changes 1 table |  |",
        "| `003_rows` | money | The first customer. |  | irreversible: who knows |",
        "",
    ]
    assert section(page, "Relationships").splitlines()[2:-2] == [
        "\"order\" (1)     ─── (0..1) invoice  \"order\"",
        "customer (0..1) ─── (∞) \"order\"     adviser",
        "customer (1)    ─── (∞) \"order\"     customer, ON DELETE CASCADE",
    ]  # fmt: skip


def test_a_table(shop: ProjectFolder, make: MakeDocument) -> None:
    page = markdown(make(shop))
    told = section(page, "customer")
    assert told.splitlines()[1] == r"Who &lt;orders&gt; \| pays \*us\*."
    assert "| `email` | `text` |  |  | As they wrote it. |" in told
    assert r"| `\"first name\"` | `text` | yes | `'a\|b'::text` |  |".replace('\\"', '"') in told
    assert "| `own` | SELECT | PUBLIC | `(email = CURRENT_USER)` |" in told
    assert "Row-level security, 1 policy." in told
    told = section(page, '"order"')
    assert "Made by 001_shop, changed by 002_paid. **No row-level security.**" in told
    assert "| `customer` | `bigint` |  |  | → [customer](#customer) on delete cascade |" in told
    assert "| `state` | `state` |  | `'new'::public.state` |  |" in told
    assert "| `id` | `bigint` |  | `identity, always` | primary key |" in told
    assert "| `order_unpaid` | `btree (customer) WHERE (paid_on IS NULL)` |" in told
    assert "BEFORE DELETE FOR EACH ROW WHEN ((old.paid_on IS NOT NULL)) EXECUTE FUNCTION public.keep()" in told
    assert "#### customer" in section(page, "Phase sales")


def test_no_name_is_taken_for_markup(folder: ProjectFolder, make: MakeDocument) -> None:
    folder.add("001_odd.sql", 'CREATE TABLE "*a* <script>b</script>" (); CREATE VIEW "<i>v" AS SELECT 1 AS "`<b>`";')
    page = markdown(make(folder))
    shown_page = MarkdownIt("commonmark").enable("table").render(page)
    assert not re.findall("<(?:script|i|b|em)\\b", re.sub("<pre>.*?</pre>", "", shown_page, flags=re.DOTALL))
    assert "<h4>&quot;*a* &lt;script&gt;b&lt;/script&gt;&quot;</h4>" in shown_page


def test_types_views_and_functions(shop: ProjectFolder, make: MakeDocument) -> None:
    page = markdown(make(shop))
    assert '| `state` | `new`, `paid`, `it\'s over` | `"order".state` | How far an order is. |' in section(
        page, "Types"
    )
    assert "CREATE VIEW public.unpaid AS\nSELECT id\n" in section(page, "Views")
    assert "| `pay(bigint)` | `void` | sql, security definer | `002` |" in section(page, "Functions")


def test_the_platforms_tables_roles_and_buckets(folder: ProjectFolder, make: MakeDocument) -> None:
    sql = """
    CREATE POLICY mine ON storage.objects FOR SELECT TO authenticated USING (owner = auth.uid());
    INSERT INTO storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
        VALUES ('photos', 'photos', true, 5242880, '{image/png}');
    CREATE TABLE note (id uuid PRIMARY KEY REFERENCES auth.users);
    REVOKE ALL ON note FROM anon;
    """
    folder.add("001_files.sql", sql)
    folder.tail = "platform: supabase\n"
    page = markdown(make(folder))
    assert "#### storage.objects\n\nChanged by 001_files." in section(page, "Added to tables of Supabase")
    assert "| `photos` | everybody | 5 MiB | `image/png` |" in section(page, "Buckets")
    assert "auth.users (1) ─── (0..1) note  id" in section(page, "Relationships")
    assert "| `authenticated` | Supabase | NOINHERIT | ALL on note | 1 |" in section(page, "Roles")
    assert "anon" not in section(page, "Roles")


def test_a_role_that_the_files_make(folder: ProjectFolder, make: MakeDocument, databases: Databases) -> None:
    role = "surefoot_trial_reader"
    folder.add(
        "001_role.sql", f"CREATE ROLE {role}; CREATE TABLE a (id int, b int); GRANT SELECT (b, id) ON a TO {role};"
    )
    try:
        page = markdown(make(folder))
    finally:
        databases.drop_all()
        databases.admin.execute("DROP ROLE IF EXISTS surefoot_trial_reader")
    assert "| `surefoot_trial_reader` | the files | SELECT on 2 columns |" in section(page, "Roles")
    assert "Granted: `surefoot_trial_reader` SELECT (b, id)." in section(page, "a")


def test_one_of_everything(folder: ProjectFolder, make: MakeDocument) -> None:
    """Nothing of a schema is left out, and all tables of the page are whole."""
    folder.add("001_everything.sql", EVERYTHING)
    found = make(folder)
    page = markdown(found)
    kinds = {one.kind for one in found.others}
    assert {"publication", "event trigger", "text search configuration", "operator"} <= kinds
    shown_page = MarkdownIt("commonmark").enable("table").render(page)
    for rows in re.findall(r"<table>.*?</table>", shown_page, re.DOTALL):
        assert len({row.count("<td>") + row.count("<th>") for row in rows.split("</tr>")[:-1]}) == 1
    assert len(re.findall("<table>", shown_page)) == len(re.findall(r"^\|(?:---\|)+$", page, re.MULTILINE))
    assert drawing(found).count("{") == drawing(found).count("}")


def test_an_empty_project(folder: ProjectFolder, make: MakeDocument) -> None:
    page = markdown(make(folder))
    assert "0 migrations build nothing." in page
    assert "**Last schema change:** none yet" in page
    assert "## " not in page.replace("# Schema", "")


def test_every_link_leads_somewhere(shop: ProjectFolder, make: MakeDocument) -> None:
    page = markdown(make(shop))
    anchors = {slug(title) for title in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert links
    assert set(links) <= anchors


def test_a_table_with_the_name_of_a_part_has_a_title_of_its_own(folder: ProjectFolder, make: MakeDocument) -> None:
    folder.add("001_roles.sql", "CREATE TABLE roles (id int PRIMARY KEY); CREATE TABLE a (role int REFERENCES roles);")
    page = markdown(make(folder))
    assert "→ [roles](#publicroles)" in section(page, "a")
    assert "`id`" in section(page, "public.roles")


def test_it_is_the_same_again(shop: ProjectFolder, make: MakeDocument) -> None:
    assert markdown(make(shop)) == markdown(make(shop))


def test_no_secret_is_shown(folder: ProjectFolder, make: MakeDocument) -> None:
    folder.add("001_dsn.sql", "CREATE TABLE a (dsn text DEFAULT 'postgresql://me:secret@db/shop');")
    page = markdown(make(folder))
    assert "secret" not in page
    assert "postgresql://me:***@db/shop" in page


# -- Diagrams ---------------------------------------------------------------------------------------------------------


def test_the_diagram_in_mermaid(shop: ProjectFolder, make: MakeDocument) -> None:
    found = make(shop)
    assert diagram(found.tables, found.relationships, has_columns=True).splitlines() == [
        "erDiagram",
        '    "order" {',
        "        bigint id PK",
        "        bigint customer FK",
        "        bigint adviser FK",
        "    }",
        "    customer {",
        "        bigint id PK",
        "        text email UK",
        "    }",
        "    invoice {",
        "        bigint order PK, FK",
        "    }",
        '    "order" ||--o| invoice : "order"',
        '    customer |o--o{ "order" : "adviser"',
        '    customer ||--o{ "order" : "customer"',
    ]


@pytest.mark.parametrize(
    ("table", "column", "drawn"),
    [
        ('"50% off"', '"2nd"', ['    "50_ off" {', "        bigint _2nd PK"]),
        (r'"a\b"', '"id no"', ['    "a_b" {', "        bigint id_no PK"]),
        ('""""', '"größe"', ['    "\'" {', "        bigint größe PK"]),
    ],
)
def test_names_that_mermaid_does_not_read(
    folder: ProjectFolder, make: MakeDocument, table: str, column: str, drawn: list[str]
) -> None:
    folder.add("001_odd.sql", f"CREATE TABLE {table} ({column} bigint PRIMARY KEY);")
    folder.save()
    found = make(folder)
    assert diagram(found.tables, found.relationships, has_columns=True).splitlines()[1:3] == drawn


def test_the_drawing_for_graphviz(shop: ProjectFolder, make: MakeDocument) -> None:
    drawn = drawing(make(shop))
    assert r'"public.\"order\"" [label="\"order\"|id\lcustomer\ladviser\l"' in drawn
    assert f'URL="#{anchor("table", "public.customer")}"' in drawn
    assert '"public.customer" -> "public.\\"order\\"" [arrowtail=tee, arrowhead=crowodot' in drawn
    assert 'label="sales"' in drawn


def test_of_a_drawing_only_shapes_texts_and_own_links_are_taken() -> None:
    drawn = """<svg viewBox="0 0 30 60" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
    <script>alert(1)</script><image xlink:href="https://example.org/x.png"/>
    <g class="node" onclick="alert(1)"><a xlink:href="https://example.org/"><text fill="red" x="1">a &lt; b</text></a>
    <a xlink:href="#table-x" xlink:title="X"><path style="fill:red" d="M0,0"/></a></g></svg>"""
    text = str(element_of(drawn))
    assert text == (
        '<svg viewBox="0 0 30 60" width="40" height="80" role="img" aria-label="Diagram of the tables"><g class="node">'
        '<g><text x="1">a &lt; b</text></g><a href="#table-x"><title>X</title><path d="M0,0"></path></a></g></svg>'
    )


# -- For a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def browsed(shop: ProjectFolder, make: MakeDocument) -> Reader:
    return Reader(html(make(shop)))


def test_every_link_of_the_page_has_a_target_and_every_id_is_used_once(browsed: Reader) -> None:
    assert len(browsed.ids) == len(set(browsed.ids))
    assert browsed.targets <= set(browsed.ids)
    assert {anchor("table", "public.customer"), anchor("type", "public.state"), "migration-2"} <= browsed.targets


def test_the_page_for_a_browser_tells_the_same_and_more(browsed: Reader) -> None:
    told = browsed.under(anchor("table", "public.customer"))
    assert told.startswith("customer Who <orders> | pays *us*.")
    assert "email text As they wrote it." in told
    assert 'Referred to by table column "order" adviser' in told
    assert "SET paid_on = now()" in browsed.under(anchor("routine", "public.pay(bigint)"))
    assert "new paid it's over" in browsed.under(anchor("type", "public.state"))
    assert "no row-level security" in browsed.under(anchor("table", 'public."order"'))
    assert "who knows" in browsed.under("migrations")


def test_the_diagram_leads_to_the_tables(browsed: Reader) -> None:
    told = browsed.under("diagram")
    assert all(name in told for name in ("customer", '"order"', "invoice", "sales"))
    polygons = [attributes for attributes in browsed.all_of("polygon") if "fill" in attributes or "style" in attributes]
    assert polygons == []


# -- The command ------------------------------------------------------------------------------------------------------


def test_it_is_written_checked_and_stale(shop: ProjectFolder, document: Run) -> None:
    page = shop.path / "docs" / "schema.md"
    outcome = document("--check")
    assert (outcome.status, outcome.out) == (1, "docs/schema.md is not there: surefoot document\n")
    outcome = document()
    assert (outcome.status, outcome.out) == (0, "written to docs/schema.md\n"), outcome.err
    outcome = document("--check")
    assert (outcome.status, outcome.out) == (0, "docs/schema.md is as the files have it\n")
    shop.write("migrations/001_shop.sql", SHOP.replace("'As they wrote it.'", "'In lower case.'"))
    before = page.read_text()
    outcome = document("--check")
    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        "docs/schema.md is stale: Tables, customer",
        "  -| `email` | `text` |  |  | As they wrote it. |",
        "  +| `email` | `text` |  |  | In lower case. |",
        "next: surefoot document",
    ]
    assert page.read_text() == before
    told = [json.loads(line) for line in document("--check", "--json").out.splitlines()]
    assert told == [
        {"event": "document", "file": "docs/schema.md", "is_current": False},
        {"event": "stale", "part": "Tables, customer"},
    ]


def test_the_next_command_can_be_typed_whatever_the_file_is_called(shop: ProjectFolder, document: Run) -> None:
    assert document("--check", "-o", "my page.md").out.endswith(": surefoot document -o 'my page.md'\n")


def test_another_file_is_not_lost(shop: ProjectFolder, document: Run) -> None:
    mine = shop.write("notes.md", "# Mine\n")
    outcome = document("-o", "notes.md")
    assert outcome.status == 2
    assert outcome.err == (
        "error: notes.md was not written by surefoot document, and would be lost\n"
        "next: name another file: -o FILE; or overwrite it: --force\n"
    )
    assert mine.read_text() == "# Mine\n"
    assert document("-o", "notes.md", "--force").status == 0
    assert document("-o", "notes.md").status == 0
    printed = document("-o", "-")
    assert printed.out == mine.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--check", "--html"], "--check is for the page in Markdown, not for --html"),
        (["--check", "-o", "-"], "standard output takes no file to check"),
        (["--json", "-o", "-"], "standard output takes no page and JSON at once"),
        (["-o", "docs"], "docs is a folder"),
    ],
)
def test_what_does_not_go_together(shop: ProjectFolder, document: Run, arguments: list[str], said: str) -> None:
    (shop.path / "docs").mkdir()
    outcome = document(*arguments)
    assert outcome.status == 2
    assert said in outcome.out + outcome.err


def test_a_migration_that_fails(folder: ProjectFolder, document: Run) -> None:
    folder.add("001_bad.sql", "SELECT 1 / 0;")
    folder.save()
    outcome = document()
    assert outcome.status == 4
    assert "division by zero" in outcome.err
    assert not (folder.path / "docs").exists()


def test_long_differences_are_cut(shop: ProjectFolder) -> None:
    page = shop.write("page.md", "a\n" * 50)
    found = staleness(page, "b\n" * 50, "surefoot document")
    assert found is not None
    assert (len(found.difference), found.more, found.parts) == (20, 80, ("the top",))


def test_without_graphviz_it_says_what_to_install(
    shop: ProjectFolder, document: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surefoot.document.layout.find_spec", lambda _: None)
    outcome = document("--html", PATH=str(shop.path))
    assert outcome.status == 2
    assert outcome.err == (
        "error: the diagram needs Graphviz, and it is not here\n"
        "why: neither the program `dot` nor the package pygraphviz was found\n"
        "next: pip install 'surefoot[document]'; or apt-get install graphviz, brew install graphviz\n"
    )
    assert not (shop.path / "docs").exists()


def test_tables_know_their_keys(shop: ProjectFolder, make: MakeDocument) -> None:
    found: dict[str, Table] = dict(make(shop).by_name)
    assert found["public.customer"].primary == {"id"}
    assert set(found['public."order"'].references) == {"customer", "adviser"}
