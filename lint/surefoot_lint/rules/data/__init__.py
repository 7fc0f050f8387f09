"""DL, DM: data that is lost or changed."""
