"""What is measured and how, each figure beside its floor: `python -m bench --help`, `python -m bench.million --help`."""
