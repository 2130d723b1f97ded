"""python -m services.notify.templates: after a change of words.

Brings the catalogues up to date and adds new files to the lock. It refuses when a file that is
locked was changed or taken away: what was sent in those words must stay readable.
"""

import sys

from services.notify.templates.catalogues import as_bytes, renewed, template_catalogue
from services.notify.templates.kept import LOCK, ROOT, kept, lock_lines, locked

POT = "languages.pot"


def main() -> int:
    changed = sorted(set(locked()) - set(lock_lines()))
    for line in changed:
        print(f"changed: {line.partition('  ')[2]}: put it back, and make the next version")
    if changed:
        return 1
    (ROOT / POT).write_bytes(as_bytes(template_catalogue()))
    for path, content in renewed().items():
        (ROOT / path).write_bytes(content)
        print(f"new: {path}")
    kept.cache_clear()
    (ROOT / LOCK).write_text("\n".join(lock_lines()) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
