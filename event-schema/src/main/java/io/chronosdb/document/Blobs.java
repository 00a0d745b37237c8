package io.chronosdb.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chronosdb.address.ItemKey;
import io.chronosdb.error.ChronosException.Invalid;
import io.chronosdb.event.Blob;
import io.chronosdb.event.Hash;
import io.chronosdb.event.Ov;
import io.chronosdb.event.Payload;
import io.chronosdb.port.ArchiveLocation;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes the base64 properties out of a document and puts references in their places.
 *
 * @param payload the document with references
 * @param blobs what was taken out, by property
 */
public record Blobs(Payload payload, Map<String, Blob> blobs) {
    /**
     * Takes out what is there as text. A reference that is there stays, if it names one of the item's own earlier versions.
     *
     * @param ov the version that the document is to be
     * @throws Invalid if a value is neither strict, padded base64 nor such a reference nor null, or no text in its charset
     */
    public static Blobs takeOut(
            Payload document, Collection<Base64Property> properties, ArchiveLocation location, ItemKey item, Ov ov) {
        if (properties.isEmpty()) {
            return new Blobs(document, Map.of());
        }
        ObjectNode tree = ExactJson.parse(document);
        Map<String, Blob> taken = new TreeMap<>();
        for (Base64Property property : properties) {
            parent(tree, property.path())
                    .ifPresent(parent -> takeOut(parent, property, location, item, ov)
                            .ifPresent(blob -> taken.put(property.path(), blob)));
        }
        return new Blobs(taken.isEmpty() ? document : ExactJson.write(tree), taken);
    }

    private static Optional<Blob> takeOut(
            ObjectNode parent, Base64Property property, ArchiveLocation location, ItemKey item, Ov ov) {
        String name = lastName(property.path());
        JsonNode value = parent.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isObject()) {
            JsonNode plain = Json.parse(ExactJson.write((ObjectNode) value).json());
            if (BlobReference.read(plain, location, item, property.path())
                    .filter(reference -> reference.ov().compareTo(ov) < 0)
                    .isEmpty()) {
                throw new Invalid(
                        "not a reference to an earlier version's bytes of this property: property=" + property.path());
            }
            return Optional.empty();
        }
        Blob blob = new Blob(decode(property, value));
        Optional<String> charset = property.isText() ? Optional.of(property.textCharset()) : Optional.empty();
        charset.ifPresent(c -> text(blob, c));
        BlobReference reference = new BlobReference(
                ov, blob.bytes().length, Hash.of(blob.bytes()).toString(), property.contentType(), charset);
        parent.set(name, reference.toJson(location, item, property.path()));
        return Optional.of(blob);
    }

    private static byte[] decode(Base64Property property, JsonNode value) {
        String text = value.isTextual() ? value.textValue() : "?";
        try {
            if (text.length() % 4 == 0) { // The decoder would do without the padding.
                return Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IllegalArgumentException e) {
            // The one answer below is for everything that is no base64.
        }
        throw new Invalid("not base64 with padding: property=" + property.path());
    }

    /**
     * The blob as text.
     *
     * @throws Invalid if it is none in this charset
     */
    public static String text(Blob blob, String charset) {
        try {
            return Charset.forName(charset)
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(blob.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Invalid("not text in its charset: charset=" + charset);
        }
    }

    /** The object that has the property at a dotted path; nothing where there is none on the way. */
    public static Optional<ObjectNode> parent(ObjectNode document, String path) {
        ObjectNode parent = document;
        String[] names = path.split("\\.");
        for (int i = 0; i < names.length - 1; i++) {
            if (!(parent.get(names[i]) instanceof ObjectNode next)) {
                return Optional.empty();
            }
            parent = next;
        }
        return Optional.of(parent);
    }

    /** The last name of a dotted path. */
    public static String lastName(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
