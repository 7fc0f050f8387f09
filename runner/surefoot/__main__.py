"""Where `surefoot` and `python -m surefoot` begin."""

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; Ctrl-C before it has begun ends it at once."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from surefoot import cli

    signal.signal(signal.SIGINT, before)
    cli.main()


if __name__ == "__main__":
    main()
