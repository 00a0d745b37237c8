package io.chronosdb.event;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256. */
public final class Hash {
    public static final int BYTES = 32;

    /** The hash before the first: 32 zero bytes. */
    public static final Hash ZERO = new Hash(new byte[BYTES]);

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Hash::newDigest);

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The hash of the bytes. */
    public static Hash of(byte[] content) {
        return new Hash(SHA_256.get().digest(content));
    }

    /** @throws IllegalArgumentException unless there are exactly 32 bytes */
    public static Hash fromBytes(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("not a SHA-256: bytes=" + hash.length);
        }
        return new Hash(hash.clone());
    }

    /** The inverse of {@link #toString()}. */
    public static Hash fromHex(String hex) {
        return fromBytes(HexFormat.of().parseHex(hex));
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** A digest to feed piece by piece, where the content is not in one array. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** 64 lower-case hex digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
