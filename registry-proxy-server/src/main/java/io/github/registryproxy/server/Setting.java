package io.github.registryproxy.server;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What can be set: the constant's name is the environment variable's, and in lower case with dashes the option's. */
enum Setting {
    REGISTRY_HOST("HOST", "registry behind: gcr.io (https), http://127.0.0.1:5001", "-registryHost", "-registeryHost"),
    REPO_PREFIX("NAME", "what names get in front there: team/a; empty for none", "-repoPrefix"),
    PORT("N", "port to listen on, 0 for any free one (8080)", "-port"),
    HOST("ADDRESS", "address to listen on (all)", "-host"),
    TLS_CERT("FILE", "serve https: certificate chain, PEM"),
    TLS_KEY("FILE", "its private key, PEM, PKCS#8"),
    PUBLIC_URL("URL", "how clients reach the proxy: https://r.example.com (as each request says)"),
    TRUSTED_PROXIES("CIDRS", "load balancers whose X-Forwarded-* count: 10.0.0.0/8"),
    ALLOWED_HOSTS("HOSTS", "host names that clients may use (any)"),
    AUTH_HEADER("VALUE", "Authorization for the registry: 'Basic ...' or 'Bearer ...'"),
    AUTH_HEADER_FILE("FILE", "file with that value"),
    REGISTRY_USERNAME("NAME", "login at the registry"),
    REGISTRY_USERNAME_FILE("FILE", "file with that name"),
    REGISTRY_PASSWORD("TEXT", "password or token of that login"),
    REGISTRY_PASSWORD_FILE("FILE", "file with that password"),
    GOOGLE_APPLICATION_CREDENTIALS("FILE", "service account key to log in with, JSON"),
    TRUSTED_REALMS("URLS", "other origins that may receive these credentials for a token"),
    ENABLE_PUSH("", "let clients push and delete; with a login above, all who reach the port can"),
    ENABLE_CATALOG("", "let clients list repositories"),
    BLOB_DELIVERY("HOW", "redirect: clients follow the registry's redirects; stream: the proxy does (redirect)"),
    DISABLE_BROWSER_REDIRECTS("", "do not send browsers to the registry's own pages"),
    BROWSER_REDIRECT_TARGET("URL", "where to send them (https://REGISTRY_HOST/REPO_PREFIX)"),
    ALLOW_PRIVATE_ADDRESSES("CIDRS", "private addresses that redirects and realms may lead to"),
    UPSTREAM_CA("FILE", "certificates to trust beside the usual ones, PEM"),
    UPSTREAM_CLIENT_CERT("FILE", "certificate to show to the registry, PEM"),
    UPSTREAM_CLIENT_KEY("FILE", "its private key, PEM, PKCS#8"),
    UPSTREAM_PROXY("URL", "HTTP proxy on the way to the registry: http://proxy:3128"),
    DRAIN_SECONDS("N", "how long running pulls may take when the process is told to stop (30)"),
    THREADS("N", "requests served at a time on Java 17 (200); newer ones need no limit");

    private final String parameter;
    private final String help;
    private final List<String> aliases;

    Setting(String parameter, String help, String... aliases) {
        this.parameter = parameter;
        this.help = help;
        this.aliases = List.of(aliases);
    }

    /** The option that wins over the environment variable. */
    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The option, and how serverless-registry-proxy spells it. */
    String[] optionNames() {
        return Stream.concat(Stream.of(option()), aliases.stream()).toArray(String[]::new);
    }

    /** What stands for the value in the help; empty for a switch. */
    String parameter() {
        return parameter;
    }

    String help() {
        return help;
    }

    /** A switch may stand alone; all others take a value. */
    boolean isSwitch() {
        return parameter.isEmpty();
    }

    /** Whether the value must not be shown to anybody. */
    boolean isSecret() {
        return this == AUTH_HEADER || this == REGISTRY_PASSWORD;
    }
}
