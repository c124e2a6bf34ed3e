package io.github.registryproxy.middleware;

import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Optional;

/** Finds upstream names in free text, such as an error's message, and puts the client's in their place. */
final class NameScrubber {
    private final RepositoryMapping mapping;

    NameScrubber(RepositoryMapping mapping) {
        this.mapping = mapping;
    }

    /** The text in client names; empty where it still tells of a place that clients do not know. */
    Optional<String> scrub(String text) {
        if (mapping.seesAll()) {
            return Optional.of(text);
        }
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isNameChar(text.charAt(end))) {
                end++;
            }
            if (end == at) {
                out.append(text.charAt(at++));
                continue;
            }
            Optional<String> word = scrubWord(text.substring(at, end));
            if (word.isEmpty()) {
                return Optional.empty();
            }
            out.append(word.get());
            at = end;
        }
        return Optional.of(out.toString());
    }

    private Optional<String> scrubWord(String word) {
        int end = word.length();
        while (end > 0 && "._-/".indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        Optional<String> clientName =
                name(word.substring(0, end)).flatMap(mapping::toClient).map(RepositoryName::value);
        if (clientName.isPresent()) {
            return Optional.of(clientName.get() + word.substring(end));
        }
        boolean tells = mapping.root()
                .filter(root -> ("/" + word + "/").contains("/" + root + "/"))
                .isPresent();
        return tells ? Optional.empty() : Optional.of(word);
    }

    private static Optional<RepositoryName> name(String text) {
        try {
            return Optional.of(new RepositoryName(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private static boolean isNameChar(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
    }
}
