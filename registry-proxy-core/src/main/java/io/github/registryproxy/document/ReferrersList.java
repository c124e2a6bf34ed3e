package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to a manifest: distribution specification, "Listing Referrers" (end-12), an image index. Its descriptors stay as
 * they came, with every field, known or not; one without a digest leads nowhere and is left out. Descriptors are kept as text, not
 * as a tree.
 */
public final class ReferrersList {
    public static final ReferrersList EMPTY = new ReferrersList(ImmutableMap.of());

    private static final FieldNames FIELDS = new FieldNames("manifests");

    private final ImmutableMap<String, byte[]> byDigest;

    private ReferrersList(Map<String, byte[]> byDigest) {
        this.byDigest = ImmutableMap.copyOf(byDigest);
    }

    /**
     * The index; empty where the bytes are none, name a field twice, or list more than {@link Manifest#MOST_DESCRIPTORS}. Manifests may be null on the
     * wire, which means none.
     */
    public static Optional<ReferrersList> parse(byte[] json) {
        try (StrictJson document = StrictJson.ofList(json)) {
            return document.beginsObject() ? parse(document) : Optional.empty();
        } catch (IOException | ManifestRefusedException e) {
            return Optional.empty();
        }
    }

    private static Optional<ReferrersList> parse(StrictJson document) throws IOException, ManifestRefusedException {
        Optional<ReferrersList> list = Optional.empty();
        FieldsSeen seen = new FieldsSeen(FIELDS);
        while (document.nextField()) {
            String name = document.name();
            seen.add(name);
            JsonToken value = document.next();
            if (name.equals("manifests") && value == JsonToken.START_ARRAY) {
                list = Optional.of(new ReferrersList(descriptors(document)));
            } else if (name.equals("manifests") && value == JsonToken.VALUE_NULL) {
                list = Optional.of(EMPTY);
            }
            document.skip();
        }
        return document.isAtEnd() ? list : Optional.empty();
    }

    private static Map<String, byte[]> descriptors(StrictJson document) throws IOException, ManifestRefusedException {
        Map<String, byte[]> found = new LinkedHashMap<>();
        for (JsonToken value = document.next(); value != JsonToken.END_ARRAY; value = document.next()) {
            if (value == JsonToken.START_OBJECT) {
                DescriptorText descriptor = DescriptorText.read(document);
                descriptor.digest().ifPresent(digest -> found.putIfAbsent(digest, descriptor.json()));
                ManifestValues.checkCount(found.size());
            }
            document.skip();
        }
        return found;
    }

    /** With the other's descriptors after these, but for those of digests that are here already. */
    public ReferrersList and(ReferrersList other) {
        Map<String, byte[]> both = new LinkedHashMap<>(byDigest);
        other.byDigest.forEach(both::putIfAbsent);
        return new ReferrersList(both);
    }

    /** How many descriptors there are. */
    public int size() {
        return byDigest.size();
    }

    public byte[] toJson() {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(ReferrersIndex.HEAD);
        String comma = "";
        for (byte[] descriptor : byDigest.values()) {
            json.writeBytes(comma.getBytes(StandardCharsets.US_ASCII));
            json.writeBytes(descriptor);
            comma = ",";
        }
        json.writeBytes(ReferrersIndex.TAIL);
        return json.toByteArray();
    }
}
