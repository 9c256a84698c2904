"""The ``skxrd`` command: compare, train, predict, explain."""

try:
    from skxrd._cli._main import main
except KeyboardInterrupt:  # Ctrl-C while the command starts
    import sys

    print("Stopped.", file=sys.stderr)
    sys.exit(130)

__all__ = ["main"]
