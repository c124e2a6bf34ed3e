package io.github.registryproxy.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a token grants or must grant, such as {@code repository:library/alpine:pull}: distribution project, "Token Scope
 * Documentation".
 *
 * @param type {@code repository}, {@code registry}, or another; with its class, as in {@code repository(plugin)}
 * @param name the resource's name, which may itself contain colons ({@code host:5000/app})
 * @param actions in the order of the wire, may be empty
 */
public record Scope(String type, String name, List<String> actions) {
    private static final String REPOSITORY = "repository";

    public Scope {
        actions = List.copyOf(actions);
    }

    public static Scope repository(RepositoryName name, String... actions) {
        return new Scope(REPOSITORY, name.value(), List.of(actions));
    }

    /** One scope; empty where the text is none. */
    public static Optional<Scope> parse(String text) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first <= 0 || last <= first + 1 || !text.chars().allMatch(c -> Ascii.isVisible((char) c))) {
            return Optional.empty();
        }
        List<String> actions = Arrays.stream(text.substring(last + 1).split(","))
                .filter(action -> !action.isEmpty())
                .toList();
        return Optional.of(new Scope(text.substring(0, first), text.substring(first + 1, last), actions));
    }

    /** All scopes of a value, which separates them by spaces; what is no scope is left out. */
    public static List<Scope> parseAll(String value) {
        List<Scope> scopes = new ArrayList<>();
        for (String item : value.split(" ")) {
            parse(item).ifPresent(scopes::add);
        }
        return List.copyOf(scopes);
    }

    public static String render(List<Scope> scopes) {
        return scopes.stream().map(Scope::toString).collect(Collectors.joining(" "));
    }

    /** The repository this scope is about; empty for other resources, plugin repositories and names outside the grammar. */
    public Optional<RepositoryName> repositoryName() {
        if (!type.equals(REPOSITORY)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RepositoryName(name));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** With the repository's name mapped; scopes of other resources pass untouched. */
    public Scope mapName(UnaryOperator<RepositoryName> f) {
        return repositoryName()
                .map(n -> new Scope(type, f.apply(n).value(), actions))
                .orElse(this);
    }

    @Override
    public String toString() {
        return type + ":" + name + ":" + String.join(",", actions);
    }
}
