package io.chronosdb.port;

import io.chronosdb.error.ChronosException.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where an object of the archive is. Cannot name anything outside its bucket, whatever the store makes of keys: parts
 * are separated by single slashes, are 1 to 255 bytes long, are not dot folders, and have no control character or
 * backslash in them; the whole key has at most 1,024 bytes.
 */
public record ObjectKey(String bucket, String key) {
    private static final int KEY_BYTES_MAX = 1_024;
    private static final int PART_BYTES_MAX = 255;
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public ObjectKey {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new Invalid("a bucket's name is 1 to 63 of A-Z a-z 0-9 . _ - and starts with a letter or a digit");
        }
        if (bytes(key) > KEY_BYTES_MAX || key.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
            throw new Invalid("not an object's key: bucket=" + bucket + " keyBytes=" + bytes(key));
        }
        for (String part : key.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || bytes(part) > PART_BYTES_MAX) {
                throw new Invalid("not an object's key: bucket=" + bucket + " keyBytes=" + bytes(key));
            }
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public String toString() {
        return bucket + "/" + key;
    }
}
