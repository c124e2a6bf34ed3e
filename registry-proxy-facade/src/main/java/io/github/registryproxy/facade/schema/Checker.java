package io.github.registryproxy.facade.schema;

import io.github.registryproxy.facade.document.DocumentNode;
import io.github.registryproxy.facade.document.DocumentNode.Field;
import io.github.registryproxy.facade.document.DocumentNode.Fields;
import io.github.registryproxy.facade.document.DocumentNode.Items;
import io.github.registryproxy.facade.document.DocumentNode.Nothing;
import io.github.registryproxy.facade.document.DocumentNode.Text;
import io.github.registryproxy.facade.schema.Shape.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Holds a file against the table; what is wrong is noted, and left out. */
public final class Checker {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*");
    private static final int LONGEST_NAME = 64;

    private final Variables variables;
    private final Problems problems;

    public Checker(Map<String, String> environment, Problems problems) {
        this.variables = new Variables(environment);
        this.problems = problems;
    }

    /** The whole file. */
    public Checked.Group check(DocumentNode root, Shape.Section shape) {
        return section("", root.origin(), Optional.of(root), shape);
    }

    private Optional<Checked> check(Place place, DocumentNode node, Shape shape) {
        if (node instanceof Nothing && !(shape instanceof Shape.Section || shape instanceof Shape.Named)) {
            return Optional.empty();
        }
        if (shape instanceof Shape.Scalar scalar) {
            return node instanceof Text text ? value(place, text, scalar) : wrong(place, shape);
        }
        if (shape instanceof Shape.Either either) {
            return check(place, node, node instanceof Text ? either.scalar() : either.other());
        }
        if (shape instanceof Shape.ListOf list) {
            return Optional.of(items(place, node, list));
        }
        if (!(node instanceof Fields || node instanceof Nothing)) {
            return wrong(place, shape);
        }
        return Optional.of(
                shape instanceof Shape.Section section
                        ? section(place.path, place.origin, Optional.of(node), section)
                        : named(place, node, ((Shape.Named) shape).section()));
    }

    /** Where something is written. */
    private record Place(String path, String origin, boolean secret) {}

    private Optional<Checked> wrong(Place place, Shape shape) {
        problems.add(place.path, place.origin, "expected " + shape.expected());
        return Optional.empty();
    }

    private Optional<Checked> value(Place place, Text text, Shape.Scalar shape) {
        try {
            Variables.Replaced replaced = variables.replace(text.value());
            String origin = replaced.used().isEmpty()
                    ? place.origin
                    : place.origin + ", environment " + String.join(", ", replaced.used());
            String value = replaced.text().strip();
            boolean flag = shape.kind() == Shape.Kind.BOOLEAN;
            List<String> words = flag ? List.of("true", "false") : shape.words();
            boolean missing = value.isEmpty() && shape.kind() != Shape.Kind.TEXT_OR_EMPTY;
            if (missing && !text.value().isBlank()) {
                return Optional.empty(); // ${NAME:} is how to say: only if NAME is set
            }
            if (missing || (!words.isEmpty() && !words.contains(value))) {
                problems.add(
                        place.path + (place.secret || value.isEmpty() ? "" : "=" + Redaction.shown(value)),
                        origin,
                        "expected " + shape.expected());
                return Optional.empty();
            }
            return Optional.of(new Checked.Value(place.path, origin, value, place.secret));
        } catch (Variables.MissingException e) {
            problems.add(place.path, place.origin, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Checked items(Place place, DocumentNode node, Shape.ListOf shape) {
        List<DocumentNode> items = node instanceof Items several ? several.items() : List.of(node);
        List<Checked> checked = new ArrayList<>();
        for (DocumentNode item : items) {
            String path = node instanceof Items ? place.path + "[" + checked.size() + "]" : place.path;
            check(new Place(path, item.origin(), place.secret), item, shape.item())
                    .ifPresent(checked::add);
        }
        return new Checked.Many(place.path, place.origin, List.copyOf(checked));
    }

    private Checked.Group section(String path, String origin, Optional<DocumentNode> node, Shape.Section shape) {
        Map<String, Field> fields =
                node.isPresent() && node.get() instanceof Fields written ? written.fields() : Map.of();
        if (node.isPresent() && !(node.get() instanceof Fields || node.get() instanceof Nothing)) {
            wrong(new Place(path, origin, false), shape);
        }
        List<String> known = shape.keys().stream().map(Key::name).toList();
        fields.forEach((name, field) -> {
            if (!known.contains(name)) {
                problems.add(below(path, name), field.origin(), "no such key; " + advice(name, known));
            }
        });
        Map<String, Checked> parts = new LinkedHashMap<>();
        for (Key key : shape.keys()) {
            Field field = fields.get(key.name());
            Optional<Checked> part = field == null
                    ? Optional.empty()
                    : check(
                            new Place(below(path, key.name()), field.origin(), key.secret()),
                            field.value(),
                            key.shape());
            part.or(() -> unset(path, key)).ifPresent(found -> parts.put(key.name(), found));
        }
        return new Checked.Group(path, origin, shape, parts);
    }

    private Optional<Checked> unset(String path, Key key) {
        String here = below(path, key.name());
        Shape shape = key.shape() instanceof Shape.Either either ? either.other() : key.shape();
        if (shape instanceof Shape.Section section && section.implied()) {
            return Optional.of(section(here, Checked.DEFAULT, Optional.empty(), section));
        }
        return key.unset().map(text -> new Checked.Value(here, Checked.DEFAULT, text, false));
    }

    private Checked named(Place place, DocumentNode node, Shape.Section shape) {
        Map<String, Checked> parts = new LinkedHashMap<>();
        if (node instanceof Fields fields) {
            fields.fields().forEach((name, field) -> {
                String path = below(place.path, name);
                if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
                    problems.add(
                            path,
                            field.origin(),
                            "expected a name of lower-case letters and digits, with . _ - between them, of at most "
                                    + LONGEST_NAME + " characters");
                } else {
                    check(new Place(path, field.origin(), false), field.value(), shape)
                            .ifPresent(part -> parts.put(name, part));
                }
            });
        }
        return new Checked.Group(place.path, place.origin, new Shape.Named(shape), parts);
    }

    private static String advice(String name, List<String> known) {
        return Nearest.to(name, known)
                .map(near -> "did you mean " + near + "?")
                .orElseGet(() -> "there are " + String.join(", ", known));
    }

    private static String below(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
