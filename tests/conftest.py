pytest_plugins = [
    "fix_command",
    "fix_connection",
    "fix_dryrun",
    "fix_git",
    "fix_ledger",
    "fix_no_skips",
    "fix_page",
    "fix_project",
    "fix_prove",
    "fix_role",
    "fix_runbook",
    "fix_server",
    "fix_example",  # it imports the one before
]
