"""Whether a picture can be drawn in a fair amount of memory and does not say where it was taken."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 50_000_000
#: Pillow's own limit is higher, and comes as a warning; nothing is drawn before ours is checked.
Image.MAX_IMAGE_PIXELS = None
# Of a part that it cannot read Pillow only warns, but the place may be in it. A tag with more
# values than it should have is read, and cameras write such.
warnings.filterwarnings("error", module="PIL")
warnings.filterwarnings("ignore", message="Metadata Warning", module="PIL")

_GPS = 0x8825  # the EXIF directory of the place
#: How XMP, which is text beside the picture, names the place.
_GPS_NAMES = (b"exif:GPSLatitude", b"exif:GPSLongitude")


def picture_problem(content: bytes) -> str | None:
    """Why this JPEG or PNG must not be kept; None when it may."""
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        width, height = picture.size
        if width * height > MOST_PIXELS:
            return f"This picture has more than {MOST_PIXELS:,} points."
        if picture.getexif().get_ifd(_GPS) or any(name in content for name in _GPS_NAMES):
            return (
                "This picture says where it was taken, which may be a family's home. "
                "Take the location off and send it again."
            )
        picture.verify()
    # Pillow's readers raise each of these for files that are damaged on purpose.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, TypeError):
        return "This picture is damaged."
    except (EOFError, IndexError, OverflowError, AttributeError, UserWarning):
        return "This picture is damaged."
    return None
