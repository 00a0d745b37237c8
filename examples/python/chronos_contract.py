"""What a program in any language must agree on with Chronos: the partition of a key, and which events count.

Run as a program it prints test vectors for the two hashes: routing_vectors.json is its output.
"""

import hashlib
import json

MASK = (1 << 64) - 1


def first64(text):
    """The first 64 bits, unsigned, of the SHA-256 of a text in UTF-8."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def rendezvous(key, partitions):
    """The partition with the highest score; ties go to the lowest. This is the default."""
    return max(range(partitions), key=lambda p: (first64(f"{key}|{p}"), -p))


def jump(key, partitions):
    """Jump consistent hash (Lamping and Veach, 2014)."""
    state, bucket, following = first64(key), -1, 0
    while following < partitions:
        bucket = following
        state = (state * 2862933555777941757 + 1) & MASK
        following = int((bucket + 1) * ((1 << 31) / ((state >> 33) + 1)))
    return bucket


class Chain:
    """A reader's place in one partition. An event counts if and only if it continues the chain.

    Everything else is a copy, a leftover of a failed write, or too late: every reader skips the same records.
    """

    def __init__(self):
        self.next, self.last = 0, bytes(32)

    def accepts(self, event, value):
        """Whether the event counts; if it does, the chain is one longer. value: the whole record's value."""
        if event["seq"] != self.next or event["prev"] != self.last:
            return False
        self.next, self.last = self.next + 1, hashlib.sha256(value).digest()
        return True


def crc64_avro(canonical_schema):
    """The fingerprint of a schema in Avro's parsing canonical form, as the record's eight bytes."""
    empty = 0xC15D213AA4D7A795
    fingerprint = empty
    for byte in canonical_schema.encode():
        fingerprint ^= byte
        for _ in range(8):
            fingerprint = fingerprint >> 1 ^ (empty if fingerprint & 1 else 0)
    return fingerprint.to_bytes(8, "little")


def vectors():
    keys = ["users", "orders", "a", "", "tenant-a:users", "users:65f1c0ffee0123456789abcd", "a|1", "zoë", "日本語", "🕰️",
            "x" * 200]
    partitions = [1, 2, 3, 4, 5, 7, 8, 12, 16, 31, 32, 48, 63, 64]
    return [{"key": key, "partitions": n, "rendezvous": rendezvous(key, n), "jump": jump(key, n)}
            for key in keys for n in partitions]


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(v) for v in vectors()) + "\n]")
