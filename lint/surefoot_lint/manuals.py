"""What the pages of the linter's commands say beside their options."""

from __future__ import annotations

from surefoot_lint.manual import Manual

NO_DATABASE = "Nothing: no database is asked, and no file is written but the cache in .surefoot/cache."
LINT = Manual(
    changes="By itself nothing; check writes files with --fix, and baseline the file of frozen findings.",
    examples={
        "surefoot-lint": "Check the project of the current folder.",
        "surefoot lint --format github migrations": "Check a folder, with annotations for GitHub.",
        "surefoot-lint explain LK101": "Read what a finding means, and what to write instead.",
    },
    findings="something was found that matters",
    see=("surefoot gate", "surefoot prove", "docs/rules.md", "docs/accuracy.md"),
)
CHECK = Manual(
    changes="No database is asked. Without --fix no file is written but the cache in .surefoot/cache; with it, "
    "migrations, rollbacks and the manifest are repaired.",
    arguments={"PATHS": "Projects, folders of migrations, or single files; the current folder if none is named."},
    examples={
        "surefoot-lint": "Check the project of the current folder.",
        "surefoot-lint check --base origin/main --changed": "Check what a branch brings, as merged into its base.",
        "surefoot-lint check --select LK101,RB101 --level warning migrations/012_add_invoices.sql": "Check one file by "
        "some rules, and leave mere information out.",
        "surefoot-lint check --diff": "See what --fix would change.",
        "surefoot-lint check --format sarif > findings.sarif": "Write the report for a program.",
    },
    findings="something was found that matters; with --diff, --fix would change something",
    see=("surefoot-lint explain", "surefoot-lint baseline", "docs/rules.md", "docs/how-to/fix.md"),
)
BASELINE = Manual(
    changes="No database is asked. On disk: the file that the manifest names as lint.baseline.",
    examples={
        "surefoot-lint baseline": "Freeze what is found now; later, take out what is no longer found.",
        "surefoot-lint baseline --accept-new 'taken over with the billing service'": "Freeze new findings too.",
    },
    findings="there are new findings, which are not frozen without a reason",
    see=("surefoot-lint check", "docs/formats.md"),
)
EXPLAIN = Manual(
    changes=NO_DATABASE,
    arguments={"CODES": "Rules by code or by name."},
    examples={
        "surefoot-lint explain LK101": "Read the page of a rule.",
        "surefoot-lint explain RB103 transaction-control-in-file": "Read two, the second by its name.",
    },
    see=("surefoot-lint rules", "docs/rules.md"),
)
COMPLETION = Manual(
    changes="Nothing: a script is printed.",
    arguments={"SHELL": "bash (4.4 or later), zsh or fish."},
    examples={
        'eval "$(surefoot-lint completion bash)"': "Complete in this shell; put the line into ~/.bashrc for every one.",
        'eval "$(surefoot-lint completion zsh)"': "For zsh, in ~/.zshrc, below the line with compinit.",
        "surefoot-lint completion fish > ~/.config/fish/completions/surefoot-lint.fish": "For fish.",
    },
    see=("surefoot completion", "docs/cli.md"),
)
RULES = Manual(
    changes=NO_DATABASE,
    examples={
        "surefoot-lint rules": "List all rules by family: code, level, name.",
        "surefoot-lint rules --format json": "Tell a program, with the page of each.",
    },
    see=("surefoot-lint explain", "docs/rules.md"),
)
