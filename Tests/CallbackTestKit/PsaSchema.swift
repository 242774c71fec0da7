/// The tables of the real panel's database `psa` as its version 17.8.11 has them: names, types and keys.
package enum PsaSchema {
    package static let sql = """
        CREATE TABLE `PlanItems` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `classname` varchar(255) NOT NULL,
            `name` varchar(255) NOT NULL,
            `isVisible` int(10) unsigned NOT NULL DEFAULT '1',
            `applicableToSubscription` int(10) unsigned NOT NULL DEFAULT '0',
            `applicableToEmail` int(10) unsigned NOT NULL DEFAULT '0',
            `applicableToSite` int(10) unsigned NOT NULL DEFAULT '0',
            `uuid` varchar(36) NOT NULL,
            PRIMARY KEY (`id`),
            UNIQUE KEY `name` (`name`),
            UNIQUE KEY `uuid` (`uuid`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `PlanItemProperties` (
            `plan_item_id` int(10) unsigned NOT NULL DEFAULT '0',
            `name` varchar(255) NOT NULL,
            `value` varchar(255) NOT NULL,
            PRIMARY KEY (`plan_item_id`, `name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `Templates` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `name` varchar(255) NOT NULL,
            `owner_id` int(10) unsigned NOT NULL,
            `type` enum('reseller','client','domain','domain_addon') NOT NULL,
            `uuid` varchar(36) NOT NULL,
            `external_id` varchar(255),
            `note_id` int(10) unsigned,
            PRIMARY KEY (`id`),
            KEY `owner_id` (`owner_id`),
            UNIQUE KEY `uuid` (`uuid`),
            KEY `note_id` (`note_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `TmplData` (
            `tmpl_id` int(10) unsigned NOT NULL DEFAULT '0',
            `element` varchar(255) NOT NULL,
            `value` varchar(255) NOT NULL,
            PRIMARY KEY (`tmpl_id`, `element`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `PlansSubscriptions` (
            `subscription_id` int(10) unsigned NOT NULL,
            `plan_id` int(10) unsigned NOT NULL,
            `quantity` int(10) unsigned NOT NULL DEFAULT '1',
            PRIMARY KEY (`subscription_id`, `plan_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `Subscriptions` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `object_id` int(10) unsigned NOT NULL,
            `object_type` enum('client','domain') NOT NULL,
            `locked` enum('false','true') NOT NULL DEFAULT 'false',
            `synchronized` enum('false','true') NOT NULL DEFAULT 'true',
            `custom` enum('false','true') NOT NULL DEFAULT 'false',
            `uuid` varchar(36),
            `external_id` varchar(255),
            PRIMARY KEY (`id`),
            UNIQUE KEY `object_id_and_type` (`object_id`, `object_type`),
            UNIQUE KEY `uuid` (`uuid`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `SubscriptionProperties` (
            `subscription_id` int(10) unsigned NOT NULL DEFAULT '0',
            `name` varchar(255) NOT NULL,
            `value` varchar(255) NOT NULL,
            PRIMARY KEY (`subscription_id`, `name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `smb_apsBundleFilters` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `type` enum('white','black') NOT NULL DEFAULT 'black',
            PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `smb_apsBundleFilterItems` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `filterId` int(10) unsigned NOT NULL DEFAULT '0',
            `propertyName` varchar(255),
            `propertyValue` varchar(255),
            PRIMARY KEY (`id`),
            KEY `filterId_idx` (`filterId`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `smb_apsPackages` (
            `id` int(11) NOT NULL AUTO_INCREMENT,
            `name` varchar(255) NOT NULL,
            `version` varchar(255),
            `release` varchar(255),
            `vendor` varchar(255),
            `vendorHomePage` varchar(255),
            `packager` varchar(255),
            `packagerHomePage` varchar(255),
            `cacheId` varchar(255) NOT NULL,
            `installed` varchar(26),
            `isUploaded` int(11) DEFAULT '0',
            `isVisible` int(11) DEFAULT '0',
            `globalSettingsNotSet` int(11) DEFAULT '0',
            `registryUid` varchar(36),
            PRIMARY KEY (`id`),
            UNIQUE KEY `cacheId` (`cacheId`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `log_actions` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `date` datetime,
            `ip_address` varchar(39) NOT NULL,
            `user` varchar(255) NOT NULL,
            `object_id` int(10) unsigned NOT NULL DEFAULT '0',
            `action_name` varchar(255) NOT NULL,
            PRIMARY KEY (`id`),
            KEY `action_name` (`action_name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `log_components` (
            `action_id` int(10) unsigned NOT NULL DEFAULT '0',
            `component` varchar(255) NOT NULL,
            `old_value` varchar(255) NOT NULL,
            `new_value` varchar(255) NOT NULL,
            PRIMARY KEY (`action_id`, `component`),
            KEY `action_id` (`action_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `actions` (
            `name` varchar(255) NOT NULL,
            `enabled` enum('false','true') NOT NULL DEFAULT 'true',
            PRIMARY KEY (`name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `event_handlers` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `priority` int(10) unsigned NOT NULL DEFAULT '0',
            `user` varchar(255) DEFAULT 'Plesk Administrator',
            `command` text,
            `action_name` varchar(255) NOT NULL,
            PRIMARY KEY (`id`),
            KEY `action_name` (`action_name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `exp_event` (
            `id` bigint(10) unsigned NOT NULL AUTO_INCREMENT,
            `source` enum('pa','plesk'),
            `event_type` enum('started','stopped','created','updated','deleted','status_changed','terminated','flushed','installed','uninstalled','siteapp_added','siteapp_removed','expired','exceeded','guid_changed') NOT NULL DEFAULT 'started',
            `event_time` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
            `obj_class` varchar(255) NOT NULL DEFAULT 'license',
            `obj_id` varchar(255) NOT NULL,
            `host` varchar(255) NOT NULL,
            `user` varchar(255) NOT NULL,
            `flushed` enum('true','false') NOT NULL DEFAULT 'false',
            PRIMARY KEY (`id`),
            KEY `source` (`source`, `event_type`),
            KEY `source_2` (`source`, `event_type`, `obj_class`),
            KEY `source_3` (`source`, `event_time`, `event_type`, `obj_class`),
            KEY `flushed` (`flushed`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `key_history` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `plesk_key_id` varchar(63),
            `name` varchar(255),
            `filename` varchar(255),
            `register_date` timestamp DEFAULT CURRENT_TIMESTAMP,
            `update_disabled` enum('false','true') NOT NULL DEFAULT 'false',
            `options` varchar(255),
            PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `key_history_params` (
            `key_id` int(10) unsigned NOT NULL DEFAULT '0',
            `param` varchar(63) NOT NULL,
            `val` varchar(255),
            PRIMARY KEY (`key_id`, `param`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `APSLicenses` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `license_type_id` int(10) unsigned NOT NULL DEFAULT '0',
            `key_number` varchar(255) NOT NULL,
            `source` text,
            `ka_url` varchar(255) NOT NULL,
            `expiration_date` date,
            `update_date` date,
            `personal` enum('false','true') NOT NULL DEFAULT 'false',
            PRIMARY KEY (`id`),
            KEY `license_type_id` (`license_type_id`),
            UNIQUE KEY `key_number` (`key_number`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `APSLicenseTypes` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `application_name` varchar(255) NOT NULL,
            `application_versions` varchar(255) NOT NULL,
            `application_features` varchar(255) NOT NULL,
            `description` varchar(255),
            `license_type_hash` varchar(255) NOT NULL,
            PRIMARY KEY (`id`),
            UNIQUE KEY `license_type_hash` (`license_type_hash`),
            UNIQUE KEY `application_name` (`application_name`, `application_versions`, `application_features`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `secret_keys` (
            `key_id` varchar(255) NOT NULL,
            `ip_address` varchar(39) NOT NULL,
            `description` varchar(255) NOT NULL,
            `client_id` int(10) unsigned,
            `lookup_id` varchar(255),
            KEY `key_id` (`key_id`),
            KEY `client_id` (`client_id`),
            KEY `lookup_id` (`lookup_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `custom_buttons` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `sort_key` int(10) unsigned NOT NULL DEFAULT '100',
            `level` int(10) unsigned NOT NULL DEFAULT '0',
            `level_id` int(10) unsigned NOT NULL DEFAULT '0',
            `place` enum('domain','domain-properties','client','reseller','reseller-settings','admin','admin-settings','navigation') NOT NULL DEFAULT 'domain',
            `text` varchar(255),
            `url` varchar(255),
            `conhelp` text,
            `options` int(10) unsigned NOT NULL DEFAULT '0',
            `file` varchar(245) NOT NULL,
            `plan_item_name` varchar(255),
            PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `clients` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `cr_date` date,
            `cname` varchar(255),
            `pname` varchar(255) NOT NULL,
            `login` varchar(255) NOT NULL,
            `account_id` int(10) unsigned NOT NULL,
            `status` bigint(20) unsigned NOT NULL DEFAULT '0',
            `phone` varchar(255),
            `fax` varchar(255),
            `email` varchar(255),
            `address` varchar(255),
            `city` varchar(255),
            `state` varchar(255),
            `pcode` varchar(10),
            `country` varchar(2),
            `locale` varchar(17) NOT NULL DEFAULT 'en-US',
            `description` varchar(255),
            `limits_id` int(10) unsigned DEFAULT '0',
            `params_id` int(10) unsigned NOT NULL DEFAULT '0',
            `perm_id` int(10) unsigned NOT NULL DEFAULT '0',
            `pool_id` int(10) unsigned NOT NULL DEFAULT '0',
            `logo_id` int(10) unsigned NOT NULL DEFAULT '0',
            `tmpl_id` int(10) unsigned NOT NULL DEFAULT '0',
            `sapp_pool_id` int(10) unsigned NOT NULL DEFAULT '0',
            `uid` varchar(255),
            `ownership` enum('false','true') NOT NULL DEFAULT 'true',
            `guid` varchar(36) NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
            `parent_id` int(10) unsigned NOT NULL DEFAULT '0',
            `type` enum('admin','reseller','client') NOT NULL DEFAULT 'client',
            `overuse` enum('false','true') NOT NULL DEFAULT 'false',
            `vendor_id` int(10) unsigned,
            `external_id` varchar(255),
            `passwd` varchar(20) NOT NULL,
            PRIMARY KEY (`id`),
            KEY `pname` (`pname`),
            UNIQUE KEY `login` (`login`),
            KEY `uid` (`uid`),
            KEY `vendor_id` (`vendor_id`),
            KEY `type` (`type`),
            KEY `parent_id` (`parent_id`),
            KEY `account_id` (`account_id`),
            KEY `limits_id` (`limits_id`),
            KEY `params_id` (`params_id`),
            KEY `perm_id` (`perm_id`),
            KEY `pool_id` (`pool_id`),
            KEY `logo_id` (`logo_id`),
            KEY `tmpl_id` (`tmpl_id`),
            KEY `sapp_pool_id` (`sapp_pool_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `domains` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `cr_date` date,
            `name` varchar(255) NOT NULL,
            `displayName` varchar(255) NOT NULL,
            `dns_zone_id` int(10) unsigned,
            `status` bigint(20) unsigned NOT NULL DEFAULT '0',
            `htype` enum('none','vrt_hst','std_fwd','frm_fwd') NOT NULL DEFAULT 'none',
            `real_size` bigint(20) unsigned DEFAULT '0',
            `cl_id` int(10) unsigned NOT NULL DEFAULT '0',
            `cert_rep_id` int(10) unsigned DEFAULT '0',
            `limits_id` int(10) unsigned NOT NULL DEFAULT '0',
            `params_id` int(10) unsigned NOT NULL DEFAULT '0',
            `guid` varchar(255) NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
            `overuse` enum('false','true') NOT NULL DEFAULT 'false',
            `vendor_id` int(10) unsigned NOT NULL DEFAULT '0',
            `webspace_id` int(10) unsigned NOT NULL DEFAULT '0',
            `parentDomainId` int(10) unsigned NOT NULL DEFAULT '0',
            `webspace_status` bigint(20) unsigned NOT NULL DEFAULT '0',
            `permissions_id` int(10) unsigned NOT NULL DEFAULT '0',
            `external_id` varchar(255),
            `adminDescription` varchar(255),
            `resellerDescription` varchar(255),
            `description` varchar(255),
            `gl_filter` enum('on','off') NOT NULL DEFAULT 'on',
            `icpStatus` int(1) NOT NULL DEFAULT '0',
            `icpPermit` varchar(255),
            PRIMARY KEY (`id`),
            UNIQUE KEY `name` (`name`),
            KEY `displayName` (`displayName`),
            KEY `cl_id` (`cl_id`),
            KEY `dns_zone_id` (`dns_zone_id`),
            KEY `vendor_id` (`vendor_id`),
            KEY `webspace_id` (`webspace_id`),
            KEY `parentDomainId` (`parentDomainId`),
            KEY `permissions_id` (`permissions_id`),
            KEY `external_id` (`external_id`),
            KEY `cert_rep_id` (`cert_rep_id`),
            KEY `limits_id` (`limits_id`),
            KEY `params_id` (`params_id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `longtasks` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `type` varchar(255) NOT NULL,
            `status` varchar(255) NOT NULL DEFAULT 'not_started',
            `statusProcessed` int(10) unsigned NOT NULL DEFAULT '0',
            `context` varchar(255),
            `progressStatus` varchar(255) NOT NULL DEFAULT 'queue',
            `progressParams` blob,
            `progressMax` int(10) unsigned NOT NULL DEFAULT '1',
            `progressValue` int(10) unsigned NOT NULL DEFAULT '0',
            `startTime` timestamp DEFAULT CURRENT_TIMESTAMP,
            `finishTime` timestamp,
            `pid` int(10) unsigned NOT NULL DEFAULT '0',
            `externalId` varchar(255),
            PRIMARY KEY (`id`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `Modules` (
            `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
            `name` varchar(255) NOT NULL,
            `packname` varchar(255) NOT NULL,
            `display_name` varchar(255) NOT NULL,
            `version` varchar(30) NOT NULL,
            `release` int(10) unsigned NOT NULL,
            `description` varchar(255),
            `icon` varchar(255) NOT NULL,
            `plesk_max_version` varchar(30),
            `status` enum('true','false') NOT NULL DEFAULT 'true',
            `hidden` int(1) NOT NULL DEFAULT '0',
            PRIMARY KEY (`id`),
            UNIQUE KEY `name` (`name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `ModuleSettings` (
            `module_id` int(10) unsigned NOT NULL DEFAULT '0',
            `name` varchar(255) NOT NULL,
            `value` varchar(5000),
            PRIMARY KEY (`module_id`, `name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `misc` (
            `param` varchar(255) NOT NULL,
            `val` varchar(2000),
            PRIMARY KEY (`param`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `upgrade_history` (
            `upgrade_date` datetime NOT NULL DEFAULT '1970-01-01 00:00:00',
            `version_info` varchar(50),
            `db_version` varchar(50),
            `os` varchar(255),
            `mu` varchar(255),
            PRIMARY KEY (`upgrade_date`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        CREATE TABLE `SchemaVersions` (
            `version` varchar(14) NOT NULL
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
        """
}
