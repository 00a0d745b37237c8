package io.chronosdb.config;

import io.chronosdb.command.decide.Keeping;
import java.util.Optional;

/**
 * {@code versioning.enabled} and {@code logicalDelete.enabled} at one place of the configuration, as far as it says.
 *
 * @param versioning whether earlier versions are kept
 * @param logicalDelete whether a deleted item's versions are
 */
public record KeepingFlags(Optional<Boolean> versioning, Optional<Boolean> logicalDelete) {
    static KeepingFlags read(Section section) {
        return new KeepingFlags(flag(section, "versioning"), flag(section, "logicalDelete"));
    }

    private static Optional<Boolean> flag(Section section, String key) {
        Optional<Section> own = section.section(key);
        Optional<Boolean> enabled = own.map(s -> s.flag("enabled", true));
        own.ifPresent(Section::done);
        return enabled;
    }

    boolean isSilent() {
        return versioning.isEmpty() && logicalDelete.isEmpty();
    }

    /** What is kept, where a wider place says what is inherited. */
    Keeping over(Keeping inherited) {
        return new Keeping(versioning.orElse(inherited.versions()), logicalDelete.orElse(inherited.deleted()));
    }
}
