package io.chronosdb.mongo;

import io.chronosdb.event.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** SHA-256 over documents, whatever the order of the fields of each. */
final class DocumentHash {
    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
    private static final EncoderContext CONTEXT = EncoderContext.builder().build();

    private final MessageDigest digest = Hash.newDigest();

    void add(BsonDocument document) {
        BasicOutputBuffer bytes = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(bytes)) {
            CODEC.encode(writer, canonical(document), CONTEXT);
        }
        digest.update(bytes.getInternalBuffer(), 0, bytes.getPosition());
    }

    /** Text between documents, that keeps apart what belongs to different places. */
    void add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
        digest.update(utf8);
    }

    /** The hash of everything added; ends this object's use. */
    Hash value() {
        return Hash.fromBytes(digest.digest());
    }

    private static BsonDocument canonical(BsonDocument document) {
        BsonDocument canonical = new BsonDocument();
        new TreeMap<>(document).forEach((name, value) -> canonical.append(name, canonical(value)));
        return canonical;
    }

    private static BsonValue canonical(BsonValue value) {
        if (value instanceof BsonDocument document) {
            return canonical(document);
        }
        if (value instanceof BsonArray array) {
            return new BsonArray(array.stream().map(DocumentHash::canonical).toList());
        }
        return value;
    }
}
