package io.chronosdb.archive;

import io.chronosdb.error.ChronosException.Invalid;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes a pack. The same versions in the same order are the same bytes, on one version of Java. For one thread. */
final class PackWriter {
    private final List<PackedVersion> versions = new ArrayList<>();
    private final Set<PackedVersion.Name> names = new HashSet<>();
    private final List<PackIndex.Deflated> blocks = new ArrayList<>();

    /** The next blocks to be full, deflated already. */
    private final Deque<PackIndex.Deflated> ready = new ArrayDeque<>();

    private ByteArrayOutputStream open = new ByteArrayOutputStream();
    private long plainBytes;

    /**
     * A writer that has written a pack's versions already.
     *
     * @throws Invalid if it is no pack, or damaged
     */
    static PackWriter goingOn(byte[] pack) {
        PackWriter writer = new PackWriter();
        PackIndex index = PackIndex.decode(pack);
        index.blocks(pack).stream().filter(PackIndex.Deflated::full).forEach(writer.ready::add);
        index.versions(pack).forEach(writer::add);
        return writer;
    }

    /** Whether the pack has the version then; not if it is too large, or the pack is full. */
    boolean add(PackedVersion version) {
        if (names.contains(version.name())) {
            return true;
        }
        int length = version.body().length;
        if (length < 1
                || length > PackIndex.VERSION_BYTES_MAX
                || versions.size() == PackIndex.VERSIONS_MAX
                || plainBytes + length > PackIndex.PLAIN_BYTES_MAX) {
            return false;
        }
        names.add(version.name());
        versions.add(version);
        plainBytes += length;
        open.writeBytes(version.body());
        if (open.size() >= PackIndex.BLOCK_BYTES) {
            blocks.add(ready.isEmpty() ? PackIndex.Deflated.of(open.toByteArray()) : ready.remove());
            open = new ByteArrayOutputStream();
        }
        return true;
    }

    List<PackedVersion> versions() {
        return List.copyOf(versions);
    }

    byte[] bytes() {
        List<PackIndex.Deflated> all = new ArrayList<>(blocks);
        if (open.size() > 0) {
            all.add(PackIndex.Deflated.of(open.toByteArray()));
        }
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        all.forEach(block -> pack.writeBytes(block.bytes()));
        pack.writeBytes(PackIndex.encode(all, versions));
        return pack.toByteArray();
    }
}
