package io.github.registryproxy.facade;

import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind;
import io.github.registryproxy.facade.model.Login;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How to log in: as somebody else knows, by a header, which wins over a key file, a name with a password, or not at all. */
final class LoginReader {
    private static final Pattern AUTHORIZATION = Pattern.compile("[A-Za-z][A-Za-z0-9._-]* +[!-~][ -~]*");

    /** The user name under which Google's registries take a service account key as password. */
    private static final String KEY_USER = "_json_key";

    private static final Set<String> MODULES = Set.of("aws", "azure", "google");

    private final GivenSettings given;

    LoginReader(GivenSettings given) {
        this.given = given;
    }

    Login read() throws SettingException {
        Optional<Given> header = given.valueOrFile(Setting.AUTH_HEADER, Setting.AUTH_HEADER_FILE);
        Optional<Given> user = given.valueOrFile(Setting.REGISTRY_USERNAME, Setting.REGISTRY_USERNAME_FILE);
        Optional<Given> password = given.valueOrFile(Setting.REGISTRY_PASSWORD, Setting.REGISTRY_PASSWORD_FILE);
        Optional<Given> key = given.find(Setting.GOOGLE_APPLICATION_CREDENTIALS);
        if (user.isPresent() && password.isEmpty()) {
            throw user.get().expected(either(Setting.REGISTRY_PASSWORD, Setting.REGISTRY_PASSWORD_FILE));
        }
        if (password.isPresent() && user.isEmpty()) {
            throw password.get().expected(either(Setting.REGISTRY_USERNAME, Setting.REGISTRY_USERNAME_FILE));
        }
        if (header.isPresent() && user.isPresent()) {
            throw user.get().conflictsWith(header.get(), "log in by one of them");
        }
        Optional<Given> by = given.find(Setting.REGISTRY_CREDENTIALS);
        if (by.isPresent()) {
            Optional<Given> other = header.or(() -> user);
            if (other.isPresent()) {
                throw by.get().conflictsWith(other.get(), "log in by one of them");
            }
            return by(by.get());
        }
        if (header.isPresent()) {
            return new Login.Header(authorization(header.get()));
        }
        if (user.isPresent() && key.isPresent()) {
            throw user.get().conflictsWith(key.get(), "log in by one of them");
        }
        if (user.isPresent()) {
            return new Login.Password(
                    userName(user.get()),
                    password(password.orElseThrow()),
                    given.fileOf(Setting.REGISTRY_USERNAME, Setting.REGISTRY_USERNAME_FILE),
                    given.fileOf(Setting.REGISTRY_PASSWORD, Setting.REGISTRY_PASSWORD_FILE));
        }
        if (key.isPresent()) {
            return new Login.Password(KEY_USER, keyFile(key.get()), Optional.empty(), Optional.empty());
        }
        return new Login.OfClient();
    }

    private String either(Setting direct, Setting file) {
        return given.called(direct) + " or " + given.called(file) + " beside it";
    }

    private Login by(Given chosen) throws SettingException {
        String name = chosen.value().trim();
        SortedSet<String> names = new TreeSet<>();
        // By our own class loader: that of a web application has what its container's has not.
        for (CredentialsKind kind : ServiceLoader.load(CredentialsKind.class, LoginReader.class.getClassLoader())) {
            if (kind.name().equals(name)) {
                return new Login.By(
                        chosen.toString(),
                        kind,
                        given.variables(Setting.GOOGLE_APPLICATION_CREDENTIALS, Setting.DOCKER_CONFIG));
            }
            names.add(kind.name());
        }
        String missing = MODULES.contains(name) ? "; " + name + " needs registry-proxy-" + name : "";
        throw chosen.expected(String.join(", ", names) + missing);
    }

    private static String authorization(Given header) throws SettingException {
        String value = header.value().strip();
        if (!AUTHORIZATION.matcher(value).matches() || !Headers.isLegal("Authorization", value)) {
            throw header.expected("the value of an Authorization header: a scheme, a blank and credentials,"
                    + " such as 'Bearer abc'");
        }
        return value;
    }

    /** RFC 7617: the first colon ends the name. */
    private static String userName(Given user) throws SettingException {
        if (user.value().indexOf(':') >= 0 || user.value().chars().anyMatch(Character::isISOControl)) {
            throw user.expected("a name without a colon");
        }
        return user.value();
    }

    private static String password(Given password) throws SettingException {
        if (password.value().chars().anyMatch(Character::isISOControl)) {
            throw password.expected("a password without control characters, on one line");
        }
        return password.value();
    }

    /** On one line: JSON does not mind, and a password has no line ends (RFC 7617). */
    private static String keyFile(Given file) throws SettingException {
        String text = GivenSettings.read(file);
        if (!text.stripLeading().startsWith("{") || !text.contains("\"private_key\"")) {
            throw file.expected("a service account key, a JSON file with a private_key");
        }
        return text.strip().replaceAll("\\s*[\\r\\n\\t]+\\s*", " ");
    }
}
