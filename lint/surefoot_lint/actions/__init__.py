"""What a statement does: plain, frozen data, made by `surefoot_lint.read`; rules and the history look at nothing else.

```
action.Action
├── creating ── Create ── CreateTable, CreateIndex, CreateView, CreateSequence, CreateType, CreateFunction,
│               CreateTrigger, CreatePolicy, AddColumn, AddConstraint, AddEnumValue; Create itself for all other kinds
├── changing ── Drop, Rename, Comment, Grant
│               Change ── ChangeType, SetDefault, SetNullable, SetRowSecurity, ChangePolicy, SetTriggers, Validate,
│               AttachPartition, DetachPartition; Change itself for all other aspects
├── writing ─── Write ── Insert, Update, Delete, Truncate, Copy, Merge
│               Query
├── session ─── Set, LockTable, Maintain, Other
└── unread ──── Unread, Newer
```
"""
