package io.github.registryproxy.facade;

import io.github.registryproxy.auth.CredentialsKind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** How the proxy logs in at the registry. Prints without secrets. */
sealed interface Login {
    /** Not at all: clients bring their own credentials. */
    record OfClient() implements Login {}

    /** An Authorization value as it is. */
    record Header(String value) implements Login {
        @Override
        public String toString() {
            return "Header[value not shown]";
        }
    }

    /**
     * A name and a password, sent as Basic or exchanged for a token, as the registry asks.
     *
     * @param userFile where the name stands and may change
     * @param passwordFile where the password stands and may change
     */
    record Password(String user, String password, Optional<Path> userFile, Optional<Path> passwordFile)
            implements Login {
        @Override
        public String toString() {
            return "Password[user=" + user + ", password not shown]";
        }
    }

    /**
     * As somebody else knows: docker's configuration, a cloud.
     *
     * @param chosen for what is said to the operator
     * @param variables the process', with settings among them
     */
    record By(Given chosen, CredentialsKind kind, Map<String, String> variables) implements Login {
        @Override
        public String toString() {
            return "By[" + kind.name() + "]";
        }
    }
}
