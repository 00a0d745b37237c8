package io.chronosdb.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Whether bytes are UTF-8 as every language reads it. The JSON parser takes overlong forms and surrogates, too. */
final class Utf8 {
    private static final int CHUNK_CHARACTERS = 4_096;

    private Utf8() {}

    static boolean isValid(byte[] bytes) {
        int ascii = 0;
        while (ascii < bytes.length && bytes[ascii] >= 0) {
            ascii++;
        }
        return ascii == bytes.length || isDecodable(ByteBuffer.wrap(bytes, ascii, bytes.length - ascii));
    }

    private static boolean isDecodable(ByteBuffer in) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer out = CharBuffer.allocate(CHUNK_CHARACTERS);
        while (true) {
            var result = decoder.decode(in, out.clear(), true);
            if (!result.isOverflow()) {
                return !result.isError();
            }
        }
    }
}
