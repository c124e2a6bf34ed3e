package io.github.registryproxy.auth;

import io.github.registryproxy.document.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a docker config.json says about one registry: ways to its credentials, in the order to try them. */
record DockerConfig(List<Way> ways) {
    private static final String HUB = "https://index.docker.io/v1/";
    private static final Set<String> HUB_HOSTS = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");
    private static final Set<String> PATHS = Set.of("", "/", "/v1", "/v1/", "/v2", "/v2/");

    /** Either credentials that stand in the file, or a helper to ask. */
    sealed interface Way {}

    record Written(Credentials credentials) implements Way {}

    record Helper(String name, String server) implements Way {}

    /**
     * As docker does: the helper for that registry, the one for all, then what is written.
     *
     * @param host with the port where it is not the scheme's own
     */
    static DockerConfig parse(String json, String host) throws IOException {
        JsonFields document = JsonFields.parse(json.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new IOException("a docker config that is no JSON object"));
        List<Way> ways = new ArrayList<>();
        Optional<JsonFields> helpers = document.object("credHelpers");
        Optional<String> key = helpers.flatMap(fields -> key(fields, host));
        Optional<String> helper = key.flatMap(found -> helpers.flatMap(fields -> fields.text(found)));
        if (helper.isPresent() && key.isPresent()) {
            ways.add(new Helper(helper.get(), key.get()));
        }
        document.text("credsStore").ifPresent(store -> ways.add(new Helper(store, isHub(host) ? HUB : host)));
        Optional<JsonFields> auths = document.object("auths");
        Optional<String> entry = auths.flatMap(fields -> key(fields, host));
        Optional<JsonFields> auth = entry.flatMap(found -> auths.flatMap(fields -> fields.object(found)));
        if (auth.isPresent()) {
            credentials(auth.get()).ifPresent(found -> ways.add(new Written(found)));
        }
        return new DockerConfig(List.copyOf(ways));
    }

    private static boolean isHub(String host) {
        return HUB_HOSTS.contains(host);
    }

    /** The name under which that registry stands there: exactly, or else with scheme and version around it. */
    private static Optional<String> key(JsonFields fields, String host) {
        String exact = isHub(host) ? HUB : host;
        if (fields.names().contains(exact)) {
            return Optional.of(exact);
        }
        return fields.names().stream()
                .filter(name -> host(name)
                        .filter(found -> isHub(host) ? isHub(found) : found.equals(host))
                        .isPresent())
                .findFirst();
    }

    /** Empty for what has a path: podman's entries for single repositories are for those alone. */
    private static Optional<String> host(String key) {
        String bare = key.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
        int slash = bare.indexOf('/');
        String path = slash < 0 ? "" : bare.substring(slash);
        return PATHS.contains(path)
                ? Optional.of(slash < 0 ? bare : bare.substring(0, slash)).map(host -> host.replaceFirst(":443$", ""))
                : Optional.empty();
    }

    /** An identity token wins over a password, as in docker. Nothing where the entry only says that a store has them. */
    private static Optional<Credentials> credentials(JsonFields auth) throws IOException {
        try {
            Optional<String> identity = auth.text("identitytoken");
            if (identity.isPresent()) {
                return Optional.of(Credentials.identityToken(identity.get()));
            }
            Optional<String> token = auth.text("registrytoken");
            if (token.isPresent()) {
                return Optional.of(Credentials.bearer(token.get()));
            }
            Optional<String> pair = auth.text("auth");
            if (pair.isPresent()) {
                return Optional.of(decoded(pair.get()));
            }
            Optional<String> name = auth.text("username");
            Optional<String> word = auth.text("password");
            return name.isPresent() && word.isPresent() ? Optional.of(of(name.get(), word.get())) : Optional.empty();
        } catch (IllegalArgumentException e) {
            // Its message may quote what it was given.
            throw new IOException("a docker config whose entry for the registry cannot be used");
        }
    }

    private static Credentials decoded(String auth) {
        String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("no pair");
        }
        return of(pair.substring(0, colon), pair.substring(colon + 1).replaceAll("\0+$", ""));
    }

    /** The name {@code <token>} says that the secret is an identity token: docker's credential helpers. */
    static Credentials of(String name, String secret) {
        return name.equals("<token>") ? Credentials.identityToken(secret) : Credentials.basic(name, secret);
    }

    /** Without what is written. */
    @Override
    public String toString() {
        return "DockerConfig"
                + ways.stream()
                        .map(way -> way instanceof Helper helper ? helper.name() : "written")
                        .toList();
    }
}
