from services.referral.domain.moves import Move
from tests.referral.anyshire import Anyshire

def test_x(anyshire: Anyshire) -> None:
    r = anyshire.raise_()
    t = anyshire.referral_at("north-speech-language-therapy", r)
    anyshire.move(t, Move.RECEIVE)
    print(anyshire.counts())
def test_y(anyshire: Anyshire) -> None:
    print(anyshire.counts())
