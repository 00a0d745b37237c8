package io.chronosdb.document;

import io.chronosdb.error.ChronosException.Invalid;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A property whose value is bytes in base64: kept beside the document, which has a reference in its place.
 *
 * @param path dotted, of plain names
 * @param contentType of the bytes, for whoever fetches them
 * @param preferredText whether the bytes are text, to be kept as such as well; so is every {@code text/*}
 * @param textCharset what the text is encoded in
 */
public record Base64Property(String path, String contentType, boolean preferredText, String textCharset) {
    public static final String CHARSET_DEFAULT = "UTF-8";

    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]{1,100}(\\.[A-Za-z0-9_-]{1,100}){0,9}");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,100}/[\\x20-\\x7e]{1,150}");
    private static final int PATH_CHARACTERS_MAX = 200;

    public Base64Property {
        // The path becomes a folder beside item.json.
        if (!PATH.matcher(path).matches() || path.length() > PATH_CHARACTERS_MAX || path.equals("item.json")) {
            throw new Invalid("a base64 property is a dotted path of names of A-Z a-z 0-9 _ -, and not item.json");
        }
        if (!TYPE.matcher(contentType).matches()) {
            throw new Invalid("a content type such as image/png is expected: property=" + path);
        }
        if (!isCharset(textCharset)) {
            throw new Invalid("no such charset: property=" + path + " textCharset=" + textCharset);
        }
    }

    /** Whether there is a text beside the bytes. */
    public boolean isText() {
        return preferredText || contentType.toLowerCase(Locale.ROOT).startsWith("text/");
    }

    private static boolean isCharset(String name) {
        try {
            return Charset.isSupported(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
