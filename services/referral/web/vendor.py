"""Fetches the design system's compiled files and takes out what we may not serve.

The stock stylesheet loads a typeface that is licensed only to the NHS from a host of its own, so
serving it as it is would break that licence and send every parent's address to a third party.
Run `python -m services.referral.web.vendor` to fetch again (needs npm); commit what changes.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "nhsuk-frontend"
VERSION = "10.6.1"
#: Of the package as the registry serves it; another sum stops the fetch.
PACKAGE_SHA256 = "1af037bcb75237c4208809d3ac9a06522ccf61b2268221268ead3985bceb060b"
HERE = Path(__file__).parent / "static" / "vendor"
MANIFEST = HERE / "manifest.json"

#: The file in the package, and what we call it. Logos, favicons and fonts stay behind.
FILES = {
    "nhsuk-frontend.min.css": f"nhsuk-frontend-{VERSION}.min.css",
    "nhsuk-frontend.min.js": f"nhsuk-frontend-{VERSION}.min.js",
    "assets/images/nhsuk-icon-arrow-down.svg": "nhsuk-icon-arrow-down.svg",
    "assets/images/nhsuk-icon-arrow-up-down.svg": "nhsuk-icon-arrow-up-down.svg",
    "assets/images/nhsuk-icon-arrow-up.svg": "nhsuk-icon-arrow-up.svg",
    "assets/images/nhsuk-icon-cross.svg": "nhsuk-icon-cross.svg",
}

#: What is changed in each text, in this order.
CHANGES = (
    (re.compile(r"@font-face\{[^}]*\}"), ""),
    (re.compile(r"Frutiger W01,\s*"), ""),
    (re.compile(r"url\(/assets/images/"), "url("),
    (re.compile(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+"), ""),
)


def unbranded(text: str) -> str:
    """The same text without the licensed typeface, its host and the source maps."""
    for pattern, instead in CHANGES:
        text = pattern.sub(instead, text)
    return text.strip() + "\n"


def fetch(into: Path) -> Path:
    """Packs the pinned version into a folder and checks its sum; RuntimeError if it differs."""
    command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", str(into)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    package = into / f"{PACKAGE}-{VERSION}.tgz"
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != PACKAGE_SHA256:
        raise RuntimeError(f"{package.name} has sha256 {found}, not {PACKAGE_SHA256}.")
    return package


def unpack(package: Path, into: Path) -> dict[str, str]:
    """Writes each file, changed as above, and returns its name with its sha256."""
    sums = {}
    with tarfile.open(package) as archive:
        for source, name in FILES.items():
            member = archive.extractfile(f"package/dist/nhsuk/{source}")
            if member is None:
                raise RuntimeError(f"{source} is not a file in {package.name}.")
            content = unbranded(member.read().decode()).encode()
            (into / name).write_bytes(content)
            sums[name] = hashlib.sha256(content).hexdigest()
    return sums


def main() -> None:
    HERE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sums = unpack(fetch(Path(folder)), HERE)
    made_of = {"package": PACKAGE, "version": VERSION, "sha256": PACKAGE_SHA256, "files": sums}
    MANIFEST.write_text(json.dumps(made_of, indent=2) + "\n")


if __name__ == "__main__":
    main()
