pytest_plugins = ["fix_connection", "fix_no_skips", "fix_project", "fix_server"]
