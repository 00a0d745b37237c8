package io.chronosdb.archive;

import io.chronosdb.port.ByteRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Files that are there whole or not at all, also after a power failure, under one folder that several processes may
 * share. A file is written under another name, synced, and given its name by one atomic step; then the folder is
 * synced, and with it every folder above that was not known to be durable.
 *
 * <p>Needs a file system with hard links and with upper and lower case told apart. Blocks.
 */
final class DurableFiles {
    /** No bucket's name starts with a dot. Its absence says that this is not the folder that we were given. */
    private static final String UNFINISHED = ".unfinished";

    /** What is older was left behind by a crash: no write takes as long. */
    private static final Duration UNFINISHED_AGE_MAX = Duration.ofHours(1);

    /** How often a write is tried whose folder someone removes meanwhile. */
    private static final int ATTEMPTS_MAX = 10;

    /** How many folders are remembered as durable; forgetting one costs a sync. */
    private static final int KNOWN_MAX = 20_000;

    private final Path base;
    private final Path unfinished;
    private final Set<Path> knownDurable = ConcurrentHashMap.newKeySet();

    /** @throws UncheckedIOException if the folder cannot be made, or is on a file system that will not do */
    DurableFiles(Path base) {
        this.base = base;
        this.unfinished = base.resolve(UNFINISHED);
        try {
            Files.createDirectories(unfinished);
            requireCases();
            removeWhatCrashesLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it was created; false where there is one, which is durable then too. */
    boolean create(Path file, byte[] content) throws IOException {
        return inFolder(file, () -> {
            if (!Files.exists(file)) {
                Path written = write(content);
                try {
                    Files.createLink(file, written);
                    sync(folder(file));
                    return true;
                } catch (FileAlreadyExistsException e) {
                    // Someone else was faster.
                } finally {
                    Files.deleteIfExists(written);
                }
            }
            if (!Files.isRegularFile(file)) {
                throw new FileSystemException(file.toString(), null, "not a file");
            }
            sync(folder(file));
            return false;
        });
    }

    void replace(Path file, byte[] content) throws IOException {
        boolean unused = inFolder(file, () -> {
            Path written = write(content);
            try {
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                sync(folder(file));
                return true;
            } finally {
                Files.deleteIfExists(written);
            }
        });
    }

    /** @throws IOException also if the whole folder is gone: its files are not absent then, but out of reach */
    Optional<byte[]> read(Path file) throws IOException {
        return read(file, () -> Files.readAllBytes(file));
    }

    /** The same for some bytes of it. */
    Optional<byte[]> read(Path file, ByteRange range) throws IOException {
        return read(file, () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                long first = range.from() < 0 ? Math.max(0, channel.size() + range.from()) : range.from();
                ByteBuffer bytes =
                        ByteBuffer.allocate((int) Math.max(0, Math.min(range.length(), channel.size() - first)));
                int read = 0;
                while (bytes.hasRemaining() && read >= 0) {
                    read = channel.read(bytes, first + bytes.position());
                }
                return Arrays.copyOf(bytes.array(), bytes.position());
            }
        });
    }

    private interface Read {
        byte[] run() throws IOException;
    }

    private Optional<byte[]> read(Path file, Read read) throws IOException {
        try {
            return Optional.of(read.run());
        } catch (NoSuchFileException e) {
            requireBase();
            return Optional.empty();
        } catch (IOException e) {
            if (Files.isDirectory(file)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether there was one. The folders that were made for it alone go with it, since their names tell of it. */
    boolean delete(Path file) throws IOException {
        requireBase();
        if (!Files.isRegularFile(file) || !Files.deleteIfExists(file)) {
            return false;
        }
        sync(folder(file));
        Path bucket = base.resolve(base.relativize(file).getName(0));
        for (Path folder = folder(file); !folder.equals(bucket) && deleteIfEmpty(folder); folder = folder(folder)) {
            knownDurable.remove(folder);
            sync(folder(folder));
        }
        return true;
    }

    /** Every file below a folder, if it is there. What goes meanwhile is passed over. */
    void walk(Path folder, Consumer<Path> each) throws IOException {
        requireBase();
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                each.accept(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    private static boolean deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.delete(folder);
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            return false; // In use, or another deletion was faster.
        }
    }

    private interface Write {
        boolean run() throws IOException;
    }

    /** Again if someone removes a folder that we know, as by deleting a bucket or an object beside this one. */
    private boolean inFolder(Path file, Write write) throws IOException {
        if (!file.normalize().startsWith(base)) {
            throw new FileSystemException(file.toString(), null, "outside of " + base);
        }
        requireBase();
        for (int attempt = 1; ; attempt++) {
            try {
                makeDurable(folder(file));
                return write.run();
            } catch (NoSuchFileException e) {
                requireBase();
                if (attempt == ATTEMPTS_MAX) {
                    throw e;
                }
                knownDurable.clear();
            }
        }
    }

    private void makeDurable(Path folder) throws IOException {
        if (folder.equals(base) || knownDurable.contains(folder)) {
            return;
        }
        makeDurable(folder(folder));
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            // Made by another thread or process, which may not have synced it yet.
        }
        sync(folder(folder));
        if (knownDurable.size() >= KNOWN_MAX) {
            knownDurable.clear();
        }
        knownDurable.add(folder);
    }

    private Path write(byte[] content) throws IOException {
        Path file = unfinished.resolve(UUID.randomUUID().toString());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
            return file;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not below the base: file=" + file);
        }
        return parent;
    }

    private void requireBase() throws IOException {
        if (!Files.isDirectory(unfinished)) {
            throw new FileSystemException(base.toString(), null, "the folder is gone");
        }
    }

    private void requireCases() throws IOException {
        Path lower = unfinished.resolve("case-" + UUID.randomUUID());
        Files.createFile(lower);
        try {
            if (Files.exists(
                    unfinished.resolve("CASE" + lower.getFileName().toString().substring(4)))) {
                throw new FileSystemException(
                        base.toString(), null, "the file system takes A for a: the items A and a would be one");
            }
        } finally {
            Files.deleteIfExists(lower);
        }
    }

    private void removeWhatCrashesLeft() throws IOException {
        Instant old = Instant.now().minus(UNFINISHED_AGE_MAX);
        try (Stream<Path> files = Files.list(unfinished)) {
            for (Path file : files.toList()) {
                if (isOlder(file, old)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean isOlder(Path file, Instant than) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(than);
        } catch (NoSuchFileException e) {
            return false; // Another process finished it just now.
        }
    }
}
