package io.github.registryproxy.azure;

import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.document.JsonFields;
import java.io.IOException;
import java.util.Optional;

/** A way to access tokens of Microsoft Entra ID. */
@FunctionalInterface
interface EntraTokens {
    /** A token for the registry's audience; empty where the process is not set up for that way. */
    Optional<String> find(String audience) throws IOException;

    /** The token of an answer; of errors the code, not the description, which may quote what was sent. */
    static String token(EndpointClient.Answer answer) throws IOException {
        Optional<JsonFields> fields = answer.json();
        Optional<String> token = fields.flatMap(document -> document.text("access_token"));
        if (answer.status() != 200 || token.isEmpty()) {
            String error = fields.flatMap(document -> document.text("error"))
                    .filter(code -> code.matches("[A-Za-z0-9._-]{1,80}"))
                    .map(code -> " (" + code + ")")
                    .orElse("");
            throw answer.without("an access token" + error);
        }
        return token.get();
    }
}
