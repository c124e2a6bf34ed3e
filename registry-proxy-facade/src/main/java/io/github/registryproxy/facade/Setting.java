package io.github.registryproxy.facade;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What can be set: the constant's name is the environment variable's, and in lower case with dashes the option's. */
public enum Setting {
    REGISTRY_HOST("HOST", "the registry behind: gcr.io, http://127.0.0.1:5001", "-registryHost", "-registeryHost"),
    REPO_PREFIX("NAME", "what names have in front there, such as team/a (nothing)", "-repoPrefix"),
    PORT("N", "port to listen on, 0 for any free one (8080)", "-port"),
    HOST("ADDRESS", "address to listen on (all)", "-host"),
    TLS_CERT("FILE", "serve https: certificate chain, PEM"),
    TLS_KEY("FILE", "its private key, PEM"),
    PUBLIC_URL("URL", "how clients reach the proxy (as each request says)"),
    TRUSTED_PROXIES("CIDRS", "whose X-Forwarded-* headers count: 10.0.0.0/8 (nobody's)"),
    ALLOWED_HOSTS("HOSTS", "host names by which clients may come (any)"),
    HTPASSWD_FILE("FILE", "names for a login at the proxy itself: htpasswd -B (none)"),
    LOGIN_MODE("MODE", "how they log in: token or basic (token)"),
    ANONYMOUS_PULL("", "let everybody pull, and log in for the rest"),
    TOKEN_KEY_FILE("FILE", "keys that sign tokens, one a line (random)"),
    RATE_LIMIT("N", "requests a second for each client (no limit)"),
    BANDWIDTH_LIMIT("SIZE", "bytes a second for each client: 10MiB (no limit)"),
    AUTH_HEADER("VALUE", "Authorization for the registry, such as 'Bearer abc'"),
    AUTH_HEADER_FILE("FILE", "file with that value"),
    REGISTRY_USERNAME("NAME", "user name there; without any login, clients log in"),
    REGISTRY_USERNAME_FILE("FILE", "file with that name"),
    REGISTRY_PASSWORD("TEXT", "its password or token"),
    REGISTRY_PASSWORD_FILE("FILE", "file with that password"),
    GOOGLE_APPLICATION_CREDENTIALS("FILE", "service account key to log in with; for google, any kind"),
    REGISTRY_CREDENTIALS("WHERE", "log in by docker-config, google, aws or azure"),
    DOCKER_CONFIG("PATH", "docker's config.json, or its directory (~/.docker)"),
    TRUSTED_REALMS("URLS", "token servers elsewhere that may see the login"),
    ENABLE_PUSH("", "let clients push and delete (with a login there: everybody)"),
    ENABLE_CATALOG("", "let clients list repositories"),
    ALLOW_REPOSITORIES("GLOBS", "what is served, ! denies, first wins: !**/old*,team/* (all)"),
    ALLOW_TAGS("GLOBS", "and which tags of it: release-*,latest (all)"),
    SIGNATURE_KEYS("FILE", "serve only what one of these public keys signed, PEM (all)"),
    MINIMUM_AGE("TIME", "serve only what is known here so long: 72h, 7d (new too)"),
    ALLOW_PLATFORMS("NAMES", "serve only these: linux/amd64,linux/arm/v7 (all)"),
    BLOB_DELIVERY("HOW", "redirects of the registry: redirect or stream (redirect)"),
    DISABLE_BROWSER_REDIRECTS("", "do not send browsers to pages of the registry"),
    BROWSER_REDIRECT_TARGET("URL", "where to send them (registry host and prefix)"),
    ALLOW_PRIVATE_ADDRESSES("CIDRS", "private addresses that redirects may lead to"),
    UPSTREAM_CA("FILE", "authorities to trust beside the usual ones, PEM"),
    UPSTREAM_CLIENT_CERT("FILE", "certificate to show to the registry, PEM"),
    UPSTREAM_CLIENT_KEY("FILE", "its private key, PEM"),
    UPSTREAM_PROXY("URL", "HTTP proxy on the way there: http://proxy:3128"),
    UPSTREAM_KEEP_ALIVE("TIME", "how long an idle connection to the registry is kept (30s)"),
    CACHE_DIR("DIRECTORY", "keep what is pulled there (nowhere)"),
    CACHE_SIZE("SIZE", "how much, at most: 500MiB, 2TiB (20GiB)"),
    CACHE_MEMORY("SIZE", "how much in memory, in front of it or alone (64MiB)"),
    CACHE_FETCHES("N", "connections at a time for a large blob, 1 to 16 (1)"),
    CACHE_FILL_ALONE("BOOLEAN", "fetch on when all who waited have left, or false (true)"),
    TAG_TTL("TIME", "how long a kept tag is not asked for again: 60s, 1h (60s)"),
    METRICS_LISTEN("[HOST:]PORT", "serve /metrics there; 9090 is 127.0.0.1:9090 (nowhere)"),
    TRANSPORT("CLIENT", "HTTP client: httpclient5 or jdk (httpclient5)"),
    DRAIN_SECONDS("N", "how long running pulls may take after SIGTERM (30)"),
    THREADS("N", "requests at a time on Java 17 to 20 (200)");

    private final String parameter;
    private final String help;
    private final List<String> aliases;

    Setting(String parameter, String help, String... aliases) {
        this.parameter = parameter;
        this.help = help;
        this.aliases = List.of(aliases);
    }

    /** The option that wins over the environment variable. */
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The option, and how serverless-registry-proxy spells it. */
    public String[] optionNames() {
        return Stream.concat(Stream.of(option()), aliases.stream()).toArray(String[]::new);
    }

    /** What stands for the value in the help; empty for a switch. */
    public String parameter() {
        return parameter;
    }

    /** What it is, on the rest of a line of help; defaults in parentheses. */
    public String help() {
        return help;
    }

    /** A switch may stand alone; all others take a value. */
    public boolean isSwitch() {
        return parameter.isEmpty();
    }

    /** Whether the value must not be shown to anybody. */
    public boolean isSecret() {
        return this == AUTH_HEADER || this == REGISTRY_PASSWORD;
    }
}
