package io.github.registryproxy.policy;

import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.Page;
import java.util.List;
import java.util.Optional;

/** The tags of a repository, in part. */
final class FilteredTags extends FilteredList {
    @Override
    Page page(Operation operation) {
        return ((ListTags) operation).page();
    }

    @Override
    Operation with(Operation operation, Page page) {
        return new ListTags(((ListTags) operation).repository(), page);
    }

    @Override
    Optional<List<String>> names(byte[] document) {
        return TagList.parse(document).map(TagList::tags);
    }

    @Override
    byte[] document(Operation operation, List<String> names) {
        return new TagList(((ListTags) operation).repository().value(), names).toJson();
    }
}
