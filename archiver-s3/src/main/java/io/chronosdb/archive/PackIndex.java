package io.chronosdb.archive;

import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Ov;
import io.chronosdb.port.ByteRange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * What is in a pack, and where. A pack is blocks, an index and a footer:
 *
 * <pre>
 * pack    block* index footer
 * block   the bodies of some versions, one behind the other, deflated (RFC 1951)
 * index   deflated: int number of blocks, for each: int length, int length when inflated, int CRC-32 of what is stored;
 *         int number of versions, for each, in the order of their bodies: text collection, text id, long ov, int length
 * footer  long offset of the index, int its length, int when inflated, int its CRC-32,
 *         int 1 (the format), int CRC-32 of the footer up to here, 8 bytes "CHRONOSP"
 * </pre>
 *
 * Numbers are big-endian; a text is its length in two bytes and UTF-8. No body is in two blocks, and no block has fewer versions than it
 * could, so that the same versions in the same order are the same bytes.
 */
final class PackIndex {
    static final int FOOTER_BYTES = 36;

    /** A block ends with the version that fills it. */
    static final int BLOCK_BYTES = 64 << 10;

    /** Larger versions gain nothing by company. */
    static final int VERSION_BYTES_MAX = 64 << 10;

    /** What a pack holds at most, inflated: it is written, and sometimes read, as a whole. */
    static final int PLAIN_BYTES_MAX = 16 << 20;

    static final int VERSIONS_MAX = 8_192;

    private static final int FORMAT = 1;

    /** The usual 6 takes three times as long, which is most of what packing costs, and saves 7 % of the bytes. */
    private static final int LEVEL = 3;

    private static final byte[] MAGIC = {'C', 'H', 'R', 'O', 'N', 'O', 'S', 'P'};
    private static final int INDEX_PLAIN_BYTES_MAX = 8 << 20;

    /** About what a version's place takes in memory, with its names. */
    private static final int ENTRY_BYTES = 250;

    private final List<Block> blocks;
    private final Map<PackedVersion.Name, Place> places;

    /** A block: where it is, and how it is told from a damaged one. */
    private record Block(long offset, int length, int plainLength, int crc) {}

    /** Where a version's body is: within an inflated block. */
    record Place(int block, int offset, int length) {}

    /** A deflated block. */
    static final class Deflated {
        private final byte[] bytes;
        private final int plainLength;

        private Deflated(byte[] bytes, int plainLength) {
            this.bytes = bytes;
            this.plainLength = plainLength;
        }

        static Deflated of(byte[] plain) {
            return new Deflated(deflate(plain), plain.length);
        }

        /** Not a copy: must not be changed. */
        byte[] bytes() {
            return bytes;
        }

        boolean full() {
            return plainLength >= BLOCK_BYTES;
        }
    }

    private PackIndex(List<Block> blocks, Map<PackedVersion.Name, Place> places) {
        this.blocks = blocks;
        this.places = places;
    }

    /** What stands behind the blocks of a pack: index and footer. */
    static byte[] encode(List<Deflated> blocks, List<PackedVersion> versions) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        long offset = 0;
        try (DataOutputStream out = new DataOutputStream(plain)) {
            out.writeInt(blocks.size());
            for (Deflated block : blocks) {
                out.writeInt(block.bytes().length);
                out.writeInt(block.plainLength);
                out.writeInt(crc(block.bytes(), 0, block.bytes().length));
                offset += block.bytes().length;
            }
            out.writeInt(versions.size());
            for (PackedVersion version : versions) {
                out.writeUTF(version.item().collection());
                out.writeUTF(version.item().id());
                out.writeLong(version.ov().value());
                out.writeInt(version.body().length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Nothing here does I/O.
        }
        byte[] index = deflate(plain.toByteArray());
        ByteBuffer end = ByteBuffer.allocate(index.length + FOOTER_BYTES)
                .put(index)
                .putLong(offset)
                .putInt(index.length)
                .putInt(plain.size())
                .putInt(crc(index, 0, index.length))
                .putInt(FORMAT);
        return end.putInt(crc(end.array(), index.length, end.position() - index.length))
                .put(MAGIC)
                .array();
    }

    /**
     * How many bytes from the end of a pack {@link #decode} takes.
     *
     * @param tail the last bytes of the pack, {@link #FOOTER_BYTES} at least
     */
    static int tailBytes(byte[] tail) {
        return Footer.of(tail).indexBytes() + FOOTER_BYTES;
    }

    /**
     * Reads an index.
     *
     * @param tail the last bytes of the pack, as many as {@link #tailBytes} says or more
     * @throws Invalid if it is no pack, or damaged
     */
    static PackIndex decode(byte[] tail) {
        Footer footer = Footer.of(tail);
        int from = tail.length - FOOTER_BYTES - footer.indexBytes();
        if (from < 0 || crc(tail, from, footer.indexBytes()) != footer.indexCrc()) {
            throw damaged("its index is not whole");
        }
        byte[] plain = inflate(Arrays.copyOfRange(tail, from, from + footer.indexBytes()), footer.indexPlainBytes());
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
            List<Block> blocks = blocks(in);
            long end = blocks.isEmpty()
                    ? 0
                    : blocks.get(blocks.size() - 1).offset()
                            + blocks.get(blocks.size() - 1).length();
            if (end != footer.indexOffset()) {
                throw damaged("its blocks do not end where the index begins");
            }
            return new PackIndex(blocks, places(in, blocks));
        } catch (IOException e) {
            throw damaged("its index ends too early");
        }
    }

    private static List<Block> blocks(DataInputStream in) throws IOException {
        List<Block> blocks = new ArrayList<>();
        long offset = 0;
        for (int left = in.readInt(); left > 0; left--) {
            Block block = new Block(offset, in.readInt(), in.readInt(), in.readInt());
            if (block.length() < 1
                    || block.plainLength() < 1
                    || block.plainLength() > BLOCK_BYTES + VERSION_BYTES_MAX) {
                throw damaged("a block has an impossible length");
            }
            blocks.add(block);
            offset += block.length();
        }
        return List.copyOf(blocks);
    }

    private static Map<PackedVersion.Name, Place> places(DataInputStream in, List<Block> blocks) throws IOException {
        Map<PackedVersion.Name, Place> places = new HashMap<>();
        int block = 0;
        int offset = 0;
        for (int left = in.readInt(); left > 0; left--) {
            PackedVersion.Name name =
                    new PackedVersion.Name(new ItemKey(in.readUTF(), in.readUTF()), new Ov(in.readLong()));
            int length = in.readInt();
            if (block < blocks.size() && offset == blocks.get(block).plainLength()) {
                block++;
                offset = 0;
            }
            if (length < 1
                    || block >= blocks.size()
                    || offset + length > blocks.get(block).plainLength()) {
                throw damaged("a version is in no block");
            }
            places.put(name, new Place(block, offset, length));
            offset += length;
        }
        return places;
    }

    /** Where the pack ends whose last bytes these are, and its index. */
    private record Footer(long indexOffset, int indexBytes, int indexPlainBytes, int indexCrc) {
        static Footer of(byte[] tail) {
            int from = tail.length - FOOTER_BYTES;
            if (from < 0 || !Arrays.equals(tail, tail.length - MAGIC.length, tail.length, MAGIC, 0, MAGIC.length)) {
                throw damaged("it does not end as a pack does");
            }
            ByteBuffer in = ByteBuffer.wrap(tail, from, FOOTER_BYTES);
            Footer footer = new Footer(in.getLong(), in.getInt(), in.getInt(), in.getInt());
            int format = in.getInt();
            if (crc(tail, from, in.position() - from) != in.getInt()) {
                throw damaged("its footer is not whole");
            }
            if (format != FORMAT) {
                throw new Invalid("the pack has a format of a later version: format=" + format + " known=" + FORMAT);
            }
            if (footer.indexBytes < 1 || footer.indexPlainBytes < 1 || footer.indexPlainBytes > INDEX_PLAIN_BYTES_MAX) {
                throw damaged("its index has an impossible length");
            }
            return footer;
        }
    }

    /**
     * Reads a whole pack.
     *
     * @return its versions, in the order in which they were written
     * @throws Invalid if it is no pack, or damaged
     */
    static List<PackedVersion> readAll(byte[] pack) {
        return decode(pack).versions(pack);
    }

    /** The versions of the whole pack, as {@link #readAll} says. */
    List<PackedVersion> versions(byte[] pack) {
        byte[][] inflated = new byte[blocks.size()][];
        for (int i = 0; i < inflated.length; i++) {
            inflated[i] = inflated(i, stored(i, pack));
        }
        return places.entrySet().stream()
                .sorted(Map.Entry.comparingByValue((one, other) -> one.block() != other.block()
                        ? Integer.compare(one.block(), other.block())
                        : Integer.compare(one.offset(), other.offset())))
                .map(entry -> new PackedVersion(
                        entry.getKey(),
                        cut(entry.getValue(), inflated[entry.getValue().block()])))
                .toList();
    }

    /**
     * The blocks of the whole pack.
     *
     * @throws Invalid if it is shorter than they are
     */
    List<Deflated> blocks(byte[] pack) {
        List<Deflated> deflated = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            deflated.add(new Deflated(stored(i, pack), blocks.get(i).plainLength()));
        }
        return deflated;
    }

    private byte[] stored(int number, byte[] pack) {
        Block block = blocks.get(number);
        if (block.offset() + block.length() > pack.length) {
            throw damaged("it is shorter than its blocks");
        }
        return Arrays.copyOfRange(pack, (int) block.offset(), (int) block.offset() + block.length());
    }

    /** Where a version is; nothing if the pack does not have it. */
    Optional<Place> find(PackedVersion.Name name) {
        return Optional.ofNullable(places.get(name));
    }

    /** Which bytes of the pack a version is to be read from. */
    ByteRange range(Place place) {
        Block block = blocks.get(place.block());
        return ByteRange.of(block.offset(), block.length());
    }

    /**
     * A version's body.
     *
     * @param stored the bytes that {@link #range} names
     * @throws Invalid if they are damaged
     */
    byte[] body(Place place, byte[] stored) {
        return cut(place, inflated(place.block(), stored));
    }

    private static byte[] cut(Place place, byte[] inflated) {
        return Arrays.copyOfRange(inflated, place.offset(), place.offset() + place.length());
    }

    private byte[] inflated(int number, byte[] stored) {
        Block block = blocks.get(number);
        if (stored.length != block.length() || crc(stored, 0, stored.length) != block.crc()) {
            throw damaged("a block is not whole, block=" + number);
        }
        return inflate(stored, block.plainLength());
    }

    /** About how much memory this takes. */
    int bytes() {
        return (places.size() + blocks.size()) * ENTRY_BYTES;
    }

    private static byte[] deflate(byte[] plain) {
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream deflated = new ByteArrayOutputStream(plain.length / 2 + 64);
            byte[] some = new byte[8 << 10];
            while (!deflater.finished()) {
                deflated.write(some, 0, deflater.deflate(some));
            }
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] deflated, int plainLength) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            byte[] plain = new byte[plainLength];
            int filled = 0;
            while (filled < plainLength && !inflater.finished()) {
                int some = inflater.inflate(plain, filled, plainLength - filled);
                if (some == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    break;
                }
                filled += some;
            }
            if (filled < plainLength) {
                throw damaged("it inflates to less than it should");
            }
            return plain;
        } catch (DataFormatException e) {
            throw damaged("it cannot be inflated");
        } finally {
            inflater.end();
        }
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static Invalid damaged(String how) {
        return new Invalid("the pack is damaged: " + how);
    }
}
