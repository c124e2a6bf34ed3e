package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * JSON parser that knows UTF-8 alone, refuses malformed bytes instead of replacing them, and keeps nothing of what is passed over: not
 * even field names, of which a document of a few MiB may hold a million.
 */
final class StrictJson implements Closeable {
    /** Characters of a text that is kept, such as the value of an annotation. */
    static final int LONGEST_TEXT = 1024 * 1024;

    /** Nested arrays and objects. */
    static final int DEEPEST = 64;

    /** Characters of a text in a list, which may hold as much as the whole page. */
    private static final int LONGEST_OF_LISTS = 8 * 1024 * 1024;

    static final JsonFactory FACTORY = factory(LONGEST_TEXT);
    static final JsonFactory LISTS = factory(LONGEST_OF_LISTS);

    private final JsonParser parser;

    private StrictJson(JsonFactory factory, byte[] json) throws IOException {
        // A parser of bytes would guess at UTF-16, and keeps a table of names.
        this.parser = factory.createParser(new InputStreamReader(
                new ByteArrayInputStream(json),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    private static JsonFactory factory(int longestText) {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(64)
                        .maxNameLength(longestText)
                        .maxStringLength(longestText)
                        .build())
                .build();
    }

    /** Of a document whose texts are kept. */
    static StrictJson of(byte[] json) throws IOException {
        return new StrictJson(FACTORY, json);
    }

    /** Of a list whose entries are passed on. */
    static StrictJson ofList(byte[] json) throws IOException {
        return new StrictJson(LISTS, json);
    }

    /** Whether the bytes are one JSON object from first to last. */
    static boolean isObject(byte[] json) {
        try (StrictJson document = of(json)) {
            if (!document.beginsObject()) {
                return false;
            }
            document.skip();
            return document.isAtEnd();
        } catch (IOException e) {
            return false;
        }
    }

    boolean beginsObject() throws IOException {
        return parser.nextToken() == JsonToken.START_OBJECT;
    }

    /** Goes on to the next field's name; false at the end of the object. */
    boolean nextField() throws IOException {
        return parser.nextToken() == JsonToken.FIELD_NAME;
    }

    String name() throws IOException, ManifestRefusedException {
        return checked(parser.currentName());
    }

    /** Goes on to the value of a field, or the next element of an array. */
    JsonToken next() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new IOException("the document is cut off");
        }
        return token;
    }

    /** To the end of the object or array that has begun, if one has. */
    void skip() throws IOException {
        parser.skipChildren();
    }

    /** Copies the value that the parser is at, and goes on to its end. */
    void copy(JsonGenerator target) throws IOException {
        target.copyCurrentStructure(parser);
    }

    /** The texts in the array that has begun; what else is in it is left out. */
    List<String> texts() throws IOException, ManifestRefusedException {
        List<String> texts = new ArrayList<>();
        for (JsonToken value = next(); value != JsonToken.END_ARRAY; value = next()) {
            if (value == JsonToken.VALUE_STRING) {
                texts.add(text());
            }
            skip();
        }
        return texts;
    }

    /** Whether nothing follows the object that has just ended. */
    boolean isAtEnd() throws IOException {
        return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    }

    /** The text that the parser is at. */
    String text() throws IOException, ManifestRefusedException {
        return checked(parser.getText());
    }

    /** The number that the parser is at; empty where it does not fit or is not whole. */
    OptionalLong whole() throws IOException {
        boolean fits = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        return fits ? OptionalLong.of(parser.getLongValue()) : OptionalLong.empty();
    }

    /** Half a character is replaced by some readers and kept by others. */
    private static String checked(String text) throws ManifestRefusedException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw new ManifestRefusedException(Reason.UNCLEAR, "a text has half a character");
            }
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
