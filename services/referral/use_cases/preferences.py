"""What people wish about messages: notify keeps it, and is asked by signed calls."""

from dataclasses import dataclass

from shared.signed_call import SignedCall
from shared.wishes import Wishes, read_wishes, write_wishes


@dataclass(frozen=True)
class PreferencesAtNotify:
    call: SignedCall

    def of(self, recipient: str) -> Wishes:
        """NoAnswer while notify cannot be asked."""
        return read_wishes(self.call.post("/wishes/of", write_wishes(Wishes(recipient=recipient))))

    def keep(self, wishes: Wishes) -> None:
        self.call.post("/wishes", write_wishes(wishes))
