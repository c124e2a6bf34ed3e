package io.github.registryproxy.facade.model;

import io.github.registryproxy.auth.CredentialsKind;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** How the proxy logs in at a registry. Prints without secrets. */
public sealed interface Login {
    /** Not at all: clients bring their own credentials. */
    record OfClient() implements Login {}

    /** Not at all, and what clients bring stays here. */
    record Anonymous() implements Login {}

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
     * As somebody else knows: docker's configuration, a cloud. Equal where the same one is asked, whoever says so.
     *
     * @param said who chose it, for messages
     * @param variables the process', with settings among them
     */
    record By(String said, CredentialsKind kind, Map<String, String> variables) implements Login {
        @Override
        public boolean equals(Object other) {
            return other instanceof By by && by.kind.name().equals(kind.name()) && by.variables.equals(variables);
        }

        @Override
        public int hashCode() {
            return Objects.hash(kind.name(), variables);
        }

        @Override
        public String toString() {
            return "By[" + kind.name() + "]";
        }
    }
}
