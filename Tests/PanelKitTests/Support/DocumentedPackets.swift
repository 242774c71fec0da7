/// The vendor's sample packets, as printed and cleaned.
enum DocumentedPackets {
    static let addPackageRequestAsPrinted = """
        <packet>
        <service-plan>
        <add-package>
        \u{A0}\u{A0}\u{A0}<filter>
        \u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}<name>base_plan</name>
        \u{A0}\u{A0}\u{A0}</filter>
        \u{A0}\u{A0}\u{A0}<owner-login>JDoe</owner-login>
        \u{A0}\u{A0}\u{A0}<package>
        \u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}<name>name</name>
        \u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}<value>WordPress</value>
        \u{A0}\u{A0}\u{A0}</package>
        </add-package>
        </service-plan>
        </packet>
        """

    static let addPackageRequest = """
        <packet>
        <service-plan>
        <add-package>
           <filter>
              <name>base_plan</name>
           </filter>
           <owner-login>JDoe</owner-login>
           <package>
              <name>name</name>
              <value>WordPress</value>
           </package>
        </add-package>
        </service-plan>
        </packet>
        """

    static let addPackageResponseAsPrinted = """
        <packet>
        <service-plan>
        <add-package>
        \u{A0}\u{A0}\u{A0}<result>
        \u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}<status>ok</status>
        \u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}<filter-id>base_plan</filter-id>
        \u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}<id>1234</id>
        \u{A0}\u{A0}\u{A0}</result>
        </add-package>
        </service-plan>
        </packet>
        """

    static let addPackageResponse = """
        <packet>
        <service-plan>
        <add-package>
           <result>
              <status>ok</status>
              <filter-id>base_plan</filter-id>
              <id>1234</id>
           </result>
        </add-package>
        </service-plan>
        </packet>
        """

    static let addPlanItemRequest = """
        <packet>
        <service-plan>
        <add-plan-item>
        <filter>
        <id>1234</id>
        </filter>
        <owner-login>JDoe</owner-login>
        <plan-item>
        <name>Additional Service</name>
        </plan-item>
        </add-plan-item>
        </service-plan>
        </packet>
        """

    static let addPlanItemResponse = """
        <packet>
        <service-plan>
        <add-plan-item>
        <result>
        <status>ok</status>
        <id>1234</id>
        <name>Additional Service</name>
        <guid>0ca04c13-55cc-2542-04b4-1f792a217a3e</guid>
        <external-id>456</external-id>
        <item>Additional Service</item>
        </result>
        </add-plan-item>
        </service-plan>
        </packet>
        """

    static let planItemAddRequestAsPrinted = """
        <packet>
        <plan-item>
        \u{A0}\u{A0}\u{A0}<add>
        \u{A0}\u{A0}\u{A0}   <visible>true</visible>
        \u{A0}\u{A0}\u{A0}   <label>New Service</label>
        \u{A0}\u{A0}\u{A0}   <tooltip>Additional service description.</tooltip>
        \u{A0}\u{A0}\u{A0}   <url>http://domain.com</url>
        \u{A0}\u{A0}\u{A0}   <internal>true</internal>
        \u{A0}\u{A0}\u{A0}   <url-components>
           \u{A0}\u{A0}\u{A0}   <dom-id>true</dom-id>
           \u{A0}\u{A0}\u{A0}   <dom-name>true</dom-name>
           \u{A0}\u{A0}\u{A0}   <ftp-user>true</ftp-user>
           \u{A0}\u{A0}\u{A0}   <ftp-pass>true</ftp-pass>
           \u{A0}\u{A0}\u{A0}   <cl-id>false</cl-id>
           \u{A0}\u{A0}\u{A0}   <cname>false</cname>
           \u{A0}\u{A0}\u{A0}   <pname>false</pname>
           \u{A0}\u{A0}\u{A0}   <email>false</email>
              </url-components>
        \u{A0}\u{A0}\u{A0}   <image-file>filename.png</image-file>
        \u{A0}\u{A0}\u{A0}</add>
        </plan-item>
        </packet>
        """

    static let planItemAddRequestWithUnderscores = """
        <packet>
        <plan-item>
           <add>
              <visible>true</visible>
              <label>New Service</label>
              <tooltip>Additional service description.</tooltip>
              <url>http://domain.com</url>
              <internal>true</internal>
              <url-components>
                 <dom_id>true</dom_id>
                 <dom_name>true</dom_name>
                 <ftp_user>true</ftp_user>
                 <ftp_pass>true</ftp_pass>
                 <cl_id>false</cl_id>
                 <cname>false</cname>
                 <pname>false</pname>
                 <email>false</email>
              </url-components>
              <image-file>filename.png</image-file>
           </add>
        </plan-item>
        </packet>
        """

    static let planItemAddRequest = """
        <packet>
        <plan-item>
           <add>
              <visible>true</visible>
              <label>New Service</label>
              <tooltip>Additional service description.</tooltip>
              <url>http://domain.com</url>
              <internal>true</internal>
              <url-components>
                 <dom-id>true</dom-id>
                 <dom-name>true</dom-name>
                 <ftp-user>true</ftp-user>
                 <ftp-pass>true</ftp-pass>
                 <cl-id>false</cl-id>
                 <cname>false</cname>
                 <pname>false</pname>
                 <email>false</email>
              </url-components>
              <image-file>filename.png</image-file>
           </add>
        </plan-item>
        </packet>
        """

    static let planItemAddResponse = """
        <packet>
        <plan-item>
           <add>
              <result>
                 <status>ok</status>
                 <name>plan-item</name>
              </result>
           </add>
        </plan-item>
        </packet>
        """
}
