PRAGMA foreign_keys = OFF;
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261126183607_Initial', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261126214137_ReaderMailQueue', '10.0.15');
CREATE TABLE "AspNetRoles" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoles" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (1, 'correspondent', 'CORRESPONDENT', '5b1e114f-411d-4f68-8f9a-b19b3026a03c');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (2, 'editor', 'EDITOR', 'd775ea55-0feb-4f94-a746-a884378e27fe');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (3, 'ops', 'OPS', 'cb62307f-55d7-42d4-9d9e-635b637d5cef');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (4, 'admin', 'ADMIN', '988140c8-8844-4475-b737-3445df9c6e3c');
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Newsletters', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetRoles', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Subscribers', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Confirmations', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Subscriptions', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('SubscriberMails', 3);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Audit', 9);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('ApiTokens', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Issues', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Photos', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('EditionSlots', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('OneTimeLinks', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Staff', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetRoleClaims', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetUserClaims', 1);
CREATE TABLE "Audit" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Audit" PRIMARY KEY AUTOINCREMENT,
    "At" TEXT NOT NULL,
    "Actor" TEXT NOT NULL,
    "Action" TEXT NOT NULL,
    "Target" TEXT NOT NULL,
    "Detail" TEXT NULL
);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (1, '2026-11-24 09:00:00', 'reader', 'subscription.confirmed', 'subscriber:1', 'newsletter:1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (2, '2026-11-24 09:00:00', 'command line', 'token.created', 'token:1', 'editor');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (3, '2026-11-24 09:00:00', 'token:1', 'issue.created', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (4, '2026-11-24 09:00:00', 'token:1', 'photo.added', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (5, '2026-11-24 09:00:00', 'token:1', 'issue.scheduled', 'issue:1', '2026-12-02T08:00:00.0000000+00:00, revision 1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (6, '2026-12-02 09:00:00', 'worker', 'issue.begun', 'issue:1', 'revision 1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (7, '2026-12-02 09:00:00', 'reader', 'subscription.ended', 'subscriber:4', 'newsletter:1, page');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (8, '2026-12-02 09:00:00', 'reader', 'preferences.asked', 'subscriber:4', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (9, '2026-12-02 09:00:00', 'reader', 'subscriber.erased', 'subscribers', NULL);
CREATE TABLE "ConsentTexts" (
    "Version" TEXT NOT NULL CONSTRAINT "PK_ConsentTexts" PRIMARY KEY,
    "Language" TEXT NOT NULL,
    "Words" TEXT NOT NULL,
    "FirstShownAt" TEXT NOT NULL
);
INSERT INTO "ConsentTexts" ("Version", "Language", "Words", "FirstShownAt") VALUES ('eea62747ysmpkqzk', 'en', 'Confirm your subscription
Press the button, and China In Eurasia will come to the address that this link was mailed to.
Confirm the subscription', '2026-11-24 00:00:00');
CREATE TABLE "DatabaseVersions" (
    "Version" TEXT NOT NULL CONSTRAINT "PK_DatabaseVersions" PRIMARY KEY,
    "Since" TEXT NOT NULL
);
INSERT INTO "DatabaseVersions" ("Version", "Since") VALUES ('0.10.0', '2026-11-24 09:00:00');
CREATE TABLE "ErasedReaders" (
    "SubscriberId" INTEGER NOT NULL CONSTRAINT "PK_ErasedReaders" PRIMARY KEY
);
INSERT INTO "ErasedReaders" ("SubscriberId") VALUES (3);
CREATE TABLE "IdempotencyKeys" (
    "Key" BLOB NOT NULL CONSTRAINT "PK_IdempotencyKeys" PRIMARY KEY,
    "RequestHash" BLOB NOT NULL,
    "Status" INTEGER NULL,
    "ContentType" TEXT NULL,
    "Location" TEXT NULL,
    "ETag" TEXT NULL,
    "Body" BLOB NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "IdempotencyKeys" ("Key", "RequestHash", "Status", "ContentType", "Location", "ETag", "Body", "CreatedAt") VALUES (X'C5DBFCA3D30A8BA16FE84FFBA6A366D569D6E753DAD960866075B8CEC70032F1', X'62BA8A1170DB396BED1038A284EE7B9B48911EB3BA88395909258C730BA68563', 201, 'application/json; charset=utf-8', 'http://localhost/api/v1/issues/1', '"1"', X'7B226964223A312C226E6577736C6574746572223A226368696E612D696E2D65757261736961222C227375626A656374223A2246726F6D2074686520737465707065222C22707265686561646572223A22222C22736C7567223A2266726F6D2D7468652D737465707065222C2262796C696E65223A22222C226172636869766564223A747275652C22626F6479223A224120726F6164206973206265696E67206275696C742E5C6E5C6E215B54686520626F726465725D2870686F746F732F626F726465722E6A7067205C224174206E6F6F6E207C20412E204E6F76616B5C2229222C227374617465223A226472616674222C22736C6F74223A6E756C6C2C227265766973696F6E223A312C2273656E644174223A6E756C6C2C22637265617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C22757064617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C2273656E64537461727465644174223A6E756C6C2C2273656E744174223A6E756C6C2C2274726F75626C65223A6E756C6C2C22617070726F7665645265766973696F6E223A6E756C6C2C22617070726F7665644279223A6E756C6C2C22617070726F7665644174223A6E756C6C2C2272657374537461727465644174223A6E756C6C2C227265737453656E744174223A6E756C6C7D', '2026-11-24 09:00:00');
CREATE TABLE "KeyRingMarks" (
    "Fingerprint" TEXT NOT NULL CONSTRAINT "PK_KeyRingMarks" PRIMARY KEY
);
INSERT INTO "KeyRingMarks" ("Fingerprint") VALUES ('ed3f9fd64e0f3ec6');
CREATE TABLE "Newsletters" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Newsletters" PRIMARY KEY AUTOINCREMENT,
    "Slug" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Description" TEXT NOT NULL,
    "From" TEXT NOT NULL,
    "ReplyTo" TEXT NULL,
    "Schedule" TEXT NOT NULL,
    "TimeZone" TEXT NOT NULL,
    "Locale" TEXT NOT NULL,
    "PostalAddress" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SlotsSettledUntil" TEXT NOT NULL
);
INSERT INTO "Newsletters" ("Id", "Slug", "Name", "Description", "From", "ReplyTo", "Schedule", "TimeZone", "Locale", "PostalAddress", "CreatedAt", "SlotsSettledUntil") VALUES (1, 'china-in-eurasia', 'China In Eurasia', 'China''s growing presence from Central Asia to Eastern Europe, reported from the ground. On the first and third Wednesday of each month.', 'China In Eurasia <news@sender.test>', NULL, '0 9 1-7,15-21 * WED', 'Europe/Prague', 'en', '', '2026-11-24 09:00:00', '2026-12-02 08:00:00');
CREATE TABLE "SendingDays" (
    "Day" TEXT NOT NULL CONSTRAINT "PK_SendingDays" PRIMARY KEY,
    "Reserved" INTEGER NOT NULL
);
INSERT INTO "SendingDays" ("Day", "Reserved") VALUES ('2026-12-02', 2);
CREATE TABLE "SignUpTallies" (
    "Key" BLOB NOT NULL CONSTRAINT "PK_SignUpTallies" PRIMARY KEY,
    "EndsAt" TEXT NOT NULL,
    "Count" INTEGER NOT NULL
);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'58F1599072D95937BC69217F7A763BDEA3F824962C452151F8C82FB4B647E69A', '2026-11-24 10:00:00', 2);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'BF22589E8CFB4CDFDD88D7F5D75E72202DDB95E81EADBDEE08E4F81FD71CE644', '2026-11-25 09:00:00', 1);
CREATE TABLE "Staff" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Staff" PRIMARY KEY AUTOINCREMENT,
    "LastSignInAt" TEXT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);
INSERT INTO "Staff" ("Id", "LastSignInAt", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "PhoneNumber", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnd", "LockoutEnabled", "AccessFailedCount") VALUES (1, '2026-12-02 09:00:00', 'staff1@desk.test', 'STAFF1@DESK.TEST', 'staff1@desk.test', 'STAFF1@DESK.TEST', 1, 'AQAAAAIAAAPoAAAAEHFcXPFax9FwmCmm8qGBx1hVtsMtxGzxcWX2E/NfTCXV5z7fR7n8YoxElG4tWPODRQ==', 'AVOYHAK6JWO6D6VNPI667ABXLYMHOL67', 'ffd7a029-2cca-40c0-9ecf-d1fc91034d67', NULL, 0, 0, NULL, 0, 0);
CREATE TABLE "Subscribers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscribers" PRIMARY KEY AUTOINCREMENT,
    "AddressHash" BLOB NOT NULL,
    "SealedAddress" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt") VALUES (1, X'D05D00F7EE2E0B632EADF213CA88354F93791EE2187B9C8478EE843125C4ACF1', X'0142FEE758D04017033E1F19B15B876A0D75047FE5E99AEF94F50C21B7DCDE89CC4AB838DAA27C104769EE64F558B0A1195348C37B5F4B68A1CFDDDAF9CECADABEC295AF69B360BBC3B9C6A3D7C92DA85662006A40AB5A39B7C590A5E4', X'01FF0C5BFC494710892582328E637CDFE2F4A946ACF66AF4BA3D30F9EB695419EEDFE180F1BBD230E91C65A2CA89BBBF3B9697B6A14E8B2DA46A3AFCE08B35395649BEE403E326CF84037D0B46A51637AB65EE487B9C28547F8D2AB5DD', NULL, '2026-11-24 00:00:00');
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt") VALUES (2, X'89BE590E6EA4D12A5C7044CFD4422E4A5B31EB117033D67791D762F9276A7C86', X'01B496998105070F4A5BA865E3EC59ED4E51437CFA74ED56B5CB82C928385263CA002F29298A24371C7344C2E74AEB0502BE23E3B1AB0F71DC9074983BB8EA220D82F210D03EDB88D0AE909628BFA9CD61438139B712EB9F22BCB73443', NULL, NULL, '2026-11-24 00:00:00');
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt") VALUES (4, X'2D7FC1802C00C5367813FAA545FBC26CEB5267A18BFFF1AE9236A3C188198BFF', X'013C3F419DACC724EFF7F19D6526C37C25A310062D03C68BDCA587956A15E2D0630A9E407F7B05800F644569AE3C23D494872DB086F2580CF0561CDFC14E5AAA66FB1D4C1B5DDC74839985E2FBF98ED463CD5461510CD9964923BFC94A', NULL, NULL, '2026-12-02 00:00:00');
CREATE TABLE "Suppressions" (
    "AddressHash" BLOB NOT NULL CONSTRAINT "PK_Suppressions" PRIMARY KEY,
    "Reason" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'D453DE3A0B6D1B0967897D0B93A31346EC44EB9592FE66FE2A5AB01A3CE6FBF6', 'HardBounce', '2026-11-24 09:00:00');
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'EE33787D3909EFBEC76EB56522DE60192E19CF264901BE3260BA1A29F514F211', 'Erased', '2026-12-02 00:00:00');
CREATE TABLE "AspNetRoleClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoleClaims" PRIMARY KEY AUTOINCREMENT,
    "RoleId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetRoleClaims_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetRoleClaims" ("Id", "RoleId", "ClaimType", "ClaimValue") VALUES (1, 1, 'type', 'value');
CREATE TABLE "Issues" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Issues" PRIMARY KEY AUTOINCREMENT,
    "NewsletterId" INTEGER NOT NULL,
    "Slug" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Preheader" TEXT NOT NULL,
    "Byline" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "Archived" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Decision" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    "SendAt" TEXT NULL,
    "SendStartedAt" TEXT NULL,
    "SentAt" TEXT NULL,
    "RestStartedAt" TEXT NULL,
    "RestSentAt" TEXT NULL,
    "ApprovedRevision" INTEGER NULL,
    "ApprovedBy" TEXT NULL,
    "ApprovedAt" TEXT NULL,
    "LastError" TEXT NULL,
    CONSTRAINT "FK_Issues_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Issues" ("Id", "NewsletterId", "Slug", "Subject", "Preheader", "Byline", "Body", "Archived", "State", "Revision", "Decision", "CreatedAt", "UpdatedAt", "SendAt", "SendStartedAt", "SentAt", "RestStartedAt", "RestSentAt", "ApprovedRevision", "ApprovedBy", "ApprovedAt", "LastError") VALUES (1, 1, 'from-the-steppe', 'From the steppe', '', '', 'A road is being built.

![The border](photos/border.jpg "At noon | A. Novak")', 1, 'Sent', 1, 3, '2026-11-24 09:00:00', '2026-11-24 09:00:00', '2026-12-02 08:00:00', '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "UnsubscribeCounts" (
    "NewsletterId" INTEGER NOT NULL,
    "Reason" TEXT NOT NULL,
    "Readers" INTEGER NOT NULL,
    CONSTRAINT "PK_UnsubscribeCounts" PRIMARY KEY ("NewsletterId", "Reason"),
    CONSTRAINT "FK_UnsubscribeCounts_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "UnsubscribeCounts" ("NewsletterId", "Reason", "Readers") VALUES (1, 'TooMany', 1);
CREATE TABLE "ApiTokens" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ApiTokens" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Role" TEXT NOT NULL,
    "Hash" BLOB NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NULL,
    "LastUsedAt" TEXT NULL,
    "MadeById" INTEGER NULL,
    CONSTRAINT "FK_ApiTokens_Staff_MadeById" FOREIGN KEY ("MadeById") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "ApiTokens" ("Id", "Name", "Role", "Hash", "CreatedAt", "ExpiresAt", "LastUsedAt", "MadeById") VALUES (1, 'test 6236f466-678e-4548-a1e2-6beef3fbee82', 'editor', X'EA2C7D5503A5EDBEAF5B0B6B9596485D658972B428E60579EB3A818ED9789C04', '2026-11-24 09:00:00', '2027-11-24 09:00:00', '2026-11-24 09:00:00', NULL);
CREATE TABLE "AspNetUserClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUserClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetUserClaims_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserClaims" ("Id", "UserId", "ClaimType", "ClaimValue") VALUES (1, 1, 'type', 'value');
CREATE TABLE "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserLogins" ("LoginProvider", "ProviderKey", "ProviderDisplayName", "UserId") VALUES ('provider', 'key', NULL, 1);
CREATE TABLE "AspNetUserRoles" (
    "UserId" INTEGER NOT NULL,
    "RoleId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserRoles" PRIMARY KEY ("UserId", "RoleId"),
    CONSTRAINT "FK_AspNetUserRoles_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_AspNetUserRoles_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserRoles" ("UserId", "RoleId") VALUES (1, 2);
INSERT INTO "AspNetUserRoles" ("UserId", "RoleId") VALUES (1, 3);
CREATE TABLE "AspNetUserTokens" (
    "UserId" INTEGER NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AspNetUserTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AspNetUserTokens_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserTokens" ("UserId", "LoginProvider", "Name", "Value") VALUES (1, 'provider', 'name', 'value');
CREATE TABLE "StaffSessions" (
    "Hash" BLOB NOT NULL CONSTRAINT "PK_StaffSessions" PRIMARY KEY,
    "StaffId" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SeenAt" TEXT NOT NULL,
    CONSTRAINT "FK_StaffSessions_Staff_StaffId" FOREIGN KEY ("StaffId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "StaffSessions" ("Hash", "StaffId", "CreatedAt", "SeenAt") VALUES (X'29109630D7136C23577FBCA30B96B3FF7B8D1CE807C270564CEC340D5846FC35', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
CREATE TABLE "Confirmations" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Confirmations" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "NewsletterIds" TEXT NOT NULL,
    "Seed" BLOB NOT NULL,
    "TokenHash" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "Source" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    "RemindedAt" TEXT NULL,
    "RobotSeenAt" TEXT NULL,
    "RobotNetwork" BLOB NULL,
    "DoubtedAt" TEXT NULL,
    CONSTRAINT "FK_Confirmations_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Confirmations" ("Id", "SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt", "UsedAt", "RemindedAt", "RobotSeenAt", "RobotNetwork", "DoubtedAt") VALUES (1, 1, '[1]', X'A1C963E42D8CBF23BCCD73E01489863C', X'B98DB6F0F7D14E407DE67CF854D7640F514CA024916F60E9D2F47B95D09E8DCE', NULL, NULL, 'form', '2026-11-24 09:00:00', '2026-12-01 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, NULL);
CREATE TABLE "OneTimeLinks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_OneTimeLinks" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "Purpose" TEXT NOT NULL,
    "Seed" BLOB NOT NULL,
    "TokenHash" BLOB NOT NULL,
    "SealedAddress" BLOB NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    CONSTRAINT "FK_OneTimeLinks_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "OneTimeLinks" ("Id", "SubscriberId", "Purpose", "Seed", "TokenHash", "SealedAddress", "CreatedAt", "ExpiresAt", "UsedAt") VALUES (1, 4, 'Preferences', X'81851E8D279EB8CEFDC60BD1EEF30E5E', X'72EC3E5A569DCE816ACFA0EDC2EC5FB76FB452EB2CA6038CF73C85FC4ABB7E1D', NULL, '2026-12-02 09:00:00', '2026-12-02 10:00:00', NULL);
CREATE TABLE "SubscriberMails" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SubscriberMails" PRIMARY KEY AUTOINCREMENT,
    "Kind" TEXT NOT NULL,
    "SubscriberId" INTEGER NOT NULL,
    "ConfirmationId" INTEGER NULL,
    "NewsletterId" INTEGER NULL,
    "OneTimeLinkId" INTEGER NULL,
    "SealedTo" BLOB NULL,
    "State" TEXT NOT NULL,
    "Attempts" INTEGER NOT NULL,
    "FirstAttemptAt" TEXT NULL,
    "NextAttemptAt" TEXT NOT NULL,
    "ClaimedUntil" TEXT NULL,
    "ReplyCode" INTEGER NULL,
    "EnhancedCode" TEXT NULL,
    "ReplyText" TEXT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    CONSTRAINT "FK_SubscriberMails_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (1, 'Confirmation', 1, 1, NULL, NULL, NULL, 'Accepted', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, 250, '2.0.0', NULL, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (2, 'Welcome', 1, 1, 1, NULL, NULL, 'Accepted', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, 250, '2.0.0', NULL, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (3, 'OneTimeLink', 4, NULL, NULL, 1, NULL, 'Accepted', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, 250, '2.0.0', NULL, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
CREATE TABLE "Subscriptions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscriptions" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "NewsletterId" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ConfirmedAt" TEXT NULL,
    "ConsentVersion" TEXT NULL,
    "UnsubscribedAt" TEXT NULL,
    "PausedUntil" TEXT NULL,
    "SaidWhy" INTEGER NOT NULL,
    CONSTRAINT "FK_Subscriptions_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_Subscriptions_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (1, 1, 1, 'Confirmed', 'form', '2026-11-24 00:00:00', '2026-11-24 00:00:00', 'eea62747ysmpkqzk', NULL, NULL, 0);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (2, 2, 1, 'Confirmed', 'form', '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, 0);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (4, 4, 1, 'Unsubscribed', 'form', '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, '2026-12-02 09:00:00', NULL, 1);
CREATE TABLE "Deliveries" (
    "IssueId" INTEGER NOT NULL,
    "SubscriberId" INTEGER NOT NULL,
    "Chunk" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Reason" TEXT NULL,
    "Attempts" INTEGER NOT NULL,
    "FirstAttemptAt" TEXT NULL,
    "Faults" INTEGER NOT NULL,
    "NextAttemptAt" TEXT NULL,
    "ReplyCode" INTEGER NULL,
    "EnhancedCode" TEXT NULL,
    "ReplyText" TEXT NULL,
    "UncertainAt" TEXT NULL,
    "Lost" INTEGER NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    CONSTRAINT "PK_Deliveries" PRIMARY KEY ("IssueId", "SubscriberId"),
    CONSTRAINT "FK_Deliveries_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 1, 1, 'Accepted', NULL, 1, NULL, 0, NULL, 250, '2.0.0', NULL, NULL, 0, '2026-12-02 09:00:00');
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 2, 1, 'Rejected', NULL, 1, NULL, 0, NULL, 550, '5.1.1', 'User unknown', NULL, 0, '2026-12-02 09:00:00');
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 3, 1, 'Uncertain', NULL, 1, NULL, 0, NULL, 250, '2.0.0', NULL, NULL, 0, '2026-12-02 09:00:00');
CREATE TABLE "DeliveryChunks" (
    "IssueId" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Done" INTEGER NOT NULL,
    "LeasedBy" TEXT NULL,
    "LeasedUntil" TEXT NULL,
    "QueuedUntil" TEXT NULL,
    "NextAttemptAt" TEXT NOT NULL,
    CONSTRAINT "PK_DeliveryChunks" PRIMARY KEY ("IssueId", "Number"),
    CONSTRAINT "FK_DeliveryChunks_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "LeasedBy", "LeasedUntil", "QueuedUntil", "NextAttemptAt") VALUES (1, 1, 1, NULL, NULL, NULL, '2026-12-02 09:00:00');
CREATE TABLE "Editions" (
    "IssueId" INTEGER NOT NULL CONSTRAINT "PK_Editions" PRIMARY KEY,
    "Revision" INTEGER NOT NULL,
    "Subject" TEXT NOT NULL,
    "From" TEXT NOT NULL,
    "ReplyTo" TEXT NULL,
    "NewsletterName" TEXT NOT NULL,
    "Locale" TEXT NOT NULL,
    "MailHtml" TEXT NOT NULL,
    "MailText" TEXT NOT NULL,
    "WebHtml" TEXT NOT NULL,
    "MessageIdSeed" BLOB NOT NULL,
    "RenderedAt" TEXT NOT NULL,
    CONSTRAINT "FK_Editions_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Editions" ("IssueId", "Revision", "Subject", "From", "ReplyTo", "NewsletterName", "Locale", "MailHtml", "MailText", "WebHtml", "MessageIdSeed", "RenderedAt") VALUES (1, 1, 'From the steppe', 'China In Eurasia <news@sender.test>', NULL, 'China In Eurasia', 'en', '<p>A road is being built.</p>', 'A road is being built.', '<p>A road is being built.</p>', X'16A3FE62CF3165733D38B49FFDDB88DA4A437613CF6C5BAE76B53EA9FB791A8F', '2026-12-02 09:00:00');
CREATE TABLE "EditionSlots" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_EditionSlots" PRIMARY KEY AUTOINCREMENT,
    "NewsletterId" INTEGER NOT NULL,
    "At" TEXT NOT NULL,
    "IssueId" INTEGER NULL,
    CONSTRAINT "FK_EditionSlots_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_EditionSlots_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "EditionSlots" ("Id", "NewsletterId", "At", "IssueId") VALUES (1, 1, '2026-12-02 08:00:00', 1);
CREATE TABLE "IssueRevisions" (
    "IssueId" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Subject" TEXT NOT NULL,
    "Preheader" TEXT NOT NULL,
    "Byline" TEXT NOT NULL,
    "Slug" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "Archived" INTEGER NOT NULL,
    "SavedAt" TEXT NOT NULL,
    "SavedBy" TEXT NOT NULL,
    CONSTRAINT "PK_IssueRevisions" PRIMARY KEY ("IssueId", "Revision"),
    CONSTRAINT "FK_IssueRevisions_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "IssueRevisions" ("IssueId", "Revision", "Subject", "Preheader", "Byline", "Slug", "Body", "Archived", "SavedAt", "SavedBy") VALUES (1, 1, 'From the steppe', '', '', 'from-the-steppe', 'A road is being built.

![The border](photos/border.jpg "At noon | A. Novak")', 1, '2026-11-24 09:00:00', 'token:1');
CREATE TABLE "Photos" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Photos" PRIMARY KEY AUTOINCREMENT,
    "IssueId" INTEGER NOT NULL,
    "FileName" TEXT NOT NULL,
    "MediaName" TEXT NOT NULL,
    "NarrowMediaName" TEXT NOT NULL,
    "Width" INTEGER NOT NULL,
    "Height" INTEGER NOT NULL,
    "AddedAt" TEXT NOT NULL,
    CONSTRAINT "FK_Photos_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "Photos" ("Id", "IssueId", "FileName", "MediaName", "NarrowMediaName", "Width", "Height", "AddedAt") VALUES (1, 1, 'photos/border.jpg', '24eqwnxy7x6zw24i3ntz6pwn2l-800.jpg', 'mfqc73dbhpzlssejkas6giuoxz-600.jpg', 800, 600, '2026-11-24 09:00:00');
CREATE TABLE "EditionFrames" (
    "IssueId" INTEGER NOT NULL,
    "Language" TEXT NOT NULL,
    "MailHtml" TEXT NOT NULL,
    "MailText" TEXT NOT NULL,
    CONSTRAINT "PK_EditionFrames" PRIMARY KEY ("IssueId", "Language"),
    CONSTRAINT "FK_EditionFrames_Editions_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Editions" ("IssueId") ON DELETE CASCADE
);
INSERT INTO "EditionFrames" ("IssueId", "Language", "MailHtml", "MailText") VALUES (1, 'de', '<p>A road is being built.</p>', 'A road is being built.');
CREATE TABLE "ReaderMailMarks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ReaderMailMarks" PRIMARY KEY,
    "QueuedUntil" TEXT NULL
);
INSERT INTO "ReaderMailMarks" ("Id", "QueuedUntil") VALUES (1, NULL);
CREATE UNIQUE INDEX "IX_ApiTokens_Hash" ON "ApiTokens" ("Hash");
CREATE INDEX "IX_ApiTokens_MadeById" ON "ApiTokens" ("MadeById");
CREATE UNIQUE INDEX "IX_ApiTokens_Name" ON "ApiTokens" ("Name");
CREATE INDEX "IX_AspNetRoleClaims_RoleId" ON "AspNetRoleClaims" ("RoleId");
CREATE UNIQUE INDEX "RoleNameIndex" ON "AspNetRoles" ("NormalizedName");
CREATE INDEX "IX_AspNetUserClaims_UserId" ON "AspNetUserClaims" ("UserId");
CREATE INDEX "IX_AspNetUserLogins_UserId" ON "AspNetUserLogins" ("UserId");
CREATE INDEX "IX_AspNetUserRoles_RoleId" ON "AspNetUserRoles" ("RoleId");
CREATE INDEX "IX_Audit_At" ON "Audit" ("At");
CREATE INDEX "IX_Audit_Target_Id" ON "Audit" ("Target", "Id");
CREATE INDEX "IX_Confirmations_ExpiresAt" ON "Confirmations" ("ExpiresAt");
CREATE INDEX "IX_Confirmations_RobotSeenAt" ON "Confirmations" ("RobotSeenAt") WHERE "RobotNetwork" IS NOT NULL;
CREATE INDEX "IX_Confirmations_SubscriberId" ON "Confirmations" ("SubscriberId");
CREATE UNIQUE INDEX "IX_Confirmations_TokenHash" ON "Confirmations" ("TokenHash");
CREATE INDEX "IX_Deliveries_IssueId_Chunk" ON "Deliveries" ("IssueId", "Chunk");
CREATE INDEX "IX_Deliveries_Replies" ON "Deliveries" ("IssueId") WHERE "ReplyText" IS NOT NULL;
CREATE INDEX "IX_Deliveries_SubscriberId" ON "Deliveries" ("SubscriberId");
CREATE INDEX "IX_Deliveries_Uncertain" ON "Deliveries" ("IssueId") WHERE "UncertainAt" IS NOT NULL;
CREATE INDEX "IX_DeliveryChunks_Done_NextAttemptAt" ON "DeliveryChunks" ("Done", "NextAttemptAt");
CREATE UNIQUE INDEX "IX_EditionSlots_IssueId" ON "EditionSlots" ("IssueId");
CREATE UNIQUE INDEX "IX_EditionSlots_NewsletterId_At" ON "EditionSlots" ("NewsletterId", "At");
CREATE INDEX "IX_IdempotencyKeys_CreatedAt" ON "IdempotencyKeys" ("CreatedAt");
CREATE UNIQUE INDEX "IX_Issues_NewsletterId_Slug" ON "Issues" ("NewsletterId", "Slug");
CREATE INDEX "IX_Issues_State_SendAt" ON "Issues" ("State", "SendAt");
CREATE UNIQUE INDEX "IX_Newsletters_Slug" ON "Newsletters" ("Slug");
CREATE INDEX "IX_OneTimeLinks_ExpiresAt" ON "OneTimeLinks" ("ExpiresAt");
CREATE INDEX "IX_OneTimeLinks_SubscriberId" ON "OneTimeLinks" ("SubscriberId");
CREATE UNIQUE INDEX "IX_OneTimeLinks_TokenHash" ON "OneTimeLinks" ("TokenHash");
CREATE UNIQUE INDEX "IX_Photos_IssueId_FileName" ON "Photos" ("IssueId", "FileName");
CREATE INDEX "IX_SignUpTallies_EndsAt" ON "SignUpTallies" ("EndsAt");
CREATE INDEX "EmailIndex" ON "Staff" ("NormalizedEmail");
CREATE UNIQUE INDEX "UserNameIndex" ON "Staff" ("NormalizedUserName");
CREATE INDEX "IX_StaffSessions_SeenAt" ON "StaffSessions" ("SeenAt");
CREATE INDEX "IX_StaffSessions_StaffId" ON "StaffSessions" ("StaffId");
CREATE INDEX "IX_SubscriberMails_SubscriberId" ON "SubscriberMails" ("SubscriberId");
CREATE UNIQUE INDEX "IX_Subscribers_AddressHash" ON "Subscribers" ("AddressHash");
CREATE INDEX "IX_Subscriptions_NewsletterId_State" ON "Subscriptions" ("NewsletterId", "State");
CREATE INDEX "IX_Subscriptions_PausedUntil" ON "Subscriptions" ("PausedUntil") WHERE "PausedUntil" IS NOT NULL;
CREATE UNIQUE INDEX "IX_Subscriptions_SubscriberId_NewsletterId" ON "Subscriptions" ("SubscriberId", "NewsletterId");
CREATE INDEX "IX_Subscriptions_UnsubscribedAt" ON "Subscriptions" ("UnsubscribedAt") WHERE "UnsubscribedAt" IS NOT NULL;
CREATE INDEX "IX_SubscriberMails_Confirmations" ON "SubscriberMails" ("NextAttemptAt") WHERE "State" = 'Waiting' AND "Kind" = 'Confirmation';
CREATE INDEX "IX_SubscriberMails_Others" ON "SubscriberMails" ("NextAttemptAt") WHERE "State" = 'Waiting' AND "Kind" <> 'Confirmation';
