package io.github.registryproxy.facade;

import io.github.registryproxy.facade.schema.Checked;
import io.github.registryproxy.facade.schema.Checked.Group;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Settings that are written in a configuration file; what is there by default is not among them. */
final class WrittenSettings {
    private final Map<Setting, String> spellings = new EnumMap<>(Setting.class);
    private final Map<Setting, String> values = new EnumMap<>(Setting.class);
    private final Map<Setting, String> places = new EnumMap<>(Setting.class);
    private final String otherwhere;

    /** @param where it is looked for first, for messages about what is missing there */
    WrittenSettings(Group where) {
        this.otherwhere = where.origin();
        spellings.put(Setting.CACHE_DIR, "store.directory");
    }

    /** A setting by its key in the group, or behind a dot in one below it; what an earlier group had stays. */
    WrittenSettings with(Setting setting, Group group, String key) {
        spellings.putIfAbsent(setting, group.path().isEmpty() ? key : group.path() + "." + key);
        int dot = key.indexOf('.');
        Optional<Group> holder = dot < 0 ? Optional.of(group) : group.group(key.substring(0, dot));
        holder.flatMap(found -> found.find(key.substring(dot + 1)))
                .filter(part -> !part.origin().equals(Checked.DEFAULT) && !values.containsKey(setting))
                .ifPresent(part -> put(setting, part));
        return this;
    }

    private void put(Setting setting, Checked part) {
        spellings.put(setting, part.path());
        values.put(
                setting,
                part instanceof Checked.Many many
                        ? many.items().stream().map(WrittenSettings::text).collect(Collectors.joining(","))
                        : text(part));
        places.put(setting, part.origin());
    }

    private static String text(Checked part) {
        return part instanceof Checked.Value value ? value.text() : "";
    }

    GivenSettings given(Map<String, String> environment) {
        return new GivenSettings(List.of(SettingSource.document(
                setting -> places.getOrDefault(setting, otherwhere),
                setting -> spellings.getOrDefault(setting, setting.name()),
                values,
                environment)));
    }
}
