package io.chronosdb.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MongodBinaryTest {
    @Test
    void the_first_mongod_on_the_path_that_runs_and_is_new_enough_is_taken() throws Exception {
        Path root = Workspace.fresh("mongod binary");
        Path broken = program(root.resolve("broken"), "echo 'error while loading shared libraries' >&2; exit 127");
        Path old = program(root.resolve("old"), "echo 'db version v4.4.29'");
        Path good = program(root.resolve("good"), "echo 'db version v8.0.4'");
        Path later = program(root.resolve("later"), "echo 'db version v7.0.1'");
        String nothing = root.resolve("nothing").toString();

        assertThat(MongodBinary.onPath(path(nothing, broken, old, good, later))).contains(good);
        assertThat(MongodBinary.onPath(path(nothing, broken, old))).isEmpty();
        assertThat(MongodBinary.onPath(null)).isEmpty();
    }

    @Test
    void the_cache_is_where_the_property_says_else_where_xdg_says_else_in_the_home_directory() {
        Path home = Path.of("/home/ada");

        assertThat(MongodBinary.cacheRoot("/cache", "/xdg", home)).isEqualTo(Path.of("/cache"));
        assertThat(MongodBinary.cacheRoot(null, "/xdg", home)).isEqualTo(Path.of("/xdg/chronos"));
        assertThat(MongodBinary.cacheRoot(null, "relative", home)).isEqualTo(Path.of("/home/ada/.cache/chronos"));
        assertThat(MongodBinary.cacheRoot(null, null, home)).isEqualTo(Path.of("/home/ada/.cache/chronos"));
        assertThat(MongodBinary.inCache(home)).isEqualTo(Path.of("/home/ada/mongod/6.0.5/mongod"));
    }

    private static Path program(Path directory, String script) throws Exception {
        Path mongod = Files.createDirectories(directory).resolve("mongod");
        Files.writeString(mongod, "#!/bin/sh\n" + script + "\n");
        assertThat(mongod.toFile().setExecutable(true)).isTrue();
        return mongod;
    }

    private static String path(String first, Path... programs) {
        StringBuilder path = new StringBuilder(first);
        for (Path program : programs) {
            path.append(File.pathSeparator).append(program.getParent());
        }
        return path.toString();
    }
}
