"""Known answers of Random123 for philox4x32-10, and how a word's key is put together."""

import pytest

from careersim.engines.reference.philox import block, philox4x32, word

ONES = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_known_answers(counter, key, answer):
    assert philox4x32(counter, key) == answer


def test_word_reads_the_known_answer_through_its_key():
    counter_2 = 0x13198A2E
    year, decision = divmod(counter_2, 65536)
    person_id = 0x85A308D3_243F6A88
    seed = 0x299F31D0_A4093822
    words = [word(seed, 0x03707344, person_id, year, decision, index) for index in range(4)]
    assert words == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


@pytest.mark.parametrize("position", range(5))
def test_every_part_of_the_key_matters(position):
    key = [20240101, 3, 2**60 + 17, 2030, 8]
    changed = [part + (place == position) for place, part in enumerate(key)]
    assert block(*key) != block(*changed)
