"""``python -m cli`` is ``huxue``."""

import sys

from cli.main import main

sys.exit(main())
