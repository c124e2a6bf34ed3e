package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code {"errors":[{"code","message","detail"}]}}: distribution specification, "Error Codes".
 *
 * @param errors at least one
 */
public record ErrorDocument(List<RegistryError> errors) {
    /** No error document written here is larger, in bytes. */
    public static final int LARGEST = 4096;

    private static final int MOST = 16;

    public ErrorDocument {
        errors = List.copyOf(errors);
        if (errors.isEmpty()) {
            throw new IllegalArgumentException("an error document without an error");
        }
    }

    /**
     * The errors of a document; empty where the bytes are none, or the status is no error's.
     *
     * @param status that the document came with, which each error gets
     */
    public static Optional<ErrorDocument> parse(byte[] json, int status) {
        if (status < 400 || status > 599) {
            return Optional.empty();
        }
        JsonNode list = Json.read(json).path("errors");
        List<RegistryError> errors = new ArrayList<>();
        for (JsonNode node : list) {
            String code = node.path("code").asText("");
            if (!code.isEmpty() && errors.size() < MOST) {
                JsonNode detail = node.path("detail");
                Optional<String> text =
                        detail.isMissingNode() || detail.isNull() ? Optional.empty() : Optional.of(detail.toString());
                errors.add(new RegistryError(
                        ErrorCode.of(code), status, node.path("message").asText(""), text, Optional.empty()));
            }
        }
        return errors.isEmpty() ? Optional.empty() : Optional.of(new ErrorDocument(errors));
    }

    /** The document; details go first, then all errors but one, when it would be larger than {@link #LARGEST}. */
    public byte[] toJson() {
        byte[] whole = render(errors);
        if (whole.length <= LARGEST) {
            return whole;
        }
        byte[] bare =
                render(errors.stream().map(e -> e.withDetail(Optional.empty())).toList());
        return bare.length <= LARGEST ? bare : render(List.of(errors.get(0).withDetail(Optional.empty())));
    }

    private static byte[] render(List<RegistryError> errors) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        for (RegistryError error : errors) {
            ObjectNode node = document.withArray("errors").addObject();
            node.put("code", error.code().value());
            node.put("message", error.message());
            error.detail()
                    .map(text -> Json.read(text.getBytes(StandardCharsets.UTF_8)))
                    .filter(detail -> !detail.isMissingNode())
                    .ifPresent(detail -> node.set("detail", detail));
        }
        return Json.write(document);
    }
}
