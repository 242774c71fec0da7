/// The vendor's three sample packets as their documentation prints them, no-break spaces included.
enum PrintedPackets {
    static let addPlanItemToPanel = spaced(
        """
        <packet>
        <plan-item>
        ___<add>
        ___   <visible>true</visible>
        ___   <label>New Service</label>
        ___   <tooltip>Additional service description.</tooltip>
        ___   <url>http://domain.com</url>
        ___   <internal>true</internal>
        ___   <url-components>
           ___   <dom-id>true</dom-id>
           ___   <dom-name>true</dom-name>
           ___   <ftp-user>true</ftp-user>
           ___   <ftp-pass>true</ftp-pass>
           ___   <cl-id>false</cl-id>
           ___   <cname>false</cname>
           ___   <pname>false</pname>
           ___   <email>false</email>
              </url-components>
        ___   <image-file>filename.png</image-file>
        ___</add>
        </plan-item>
        </packet>
        """)

    static let addAppToPlan = spaced(
        """
        <packet>
        <service-plan>
        <add-package>
        ___<filter>
        ______<name>base_plan</name>
        ___</filter>
        ___<owner-login>JDoe</owner-login>
        ___<package>
        ______<name>name</name>
        ______<value>WordPress</value>
        ___</package>
        </add-package>
        </service-plan>
        </packet>
        """)

    static let addPlanItemToPlan = """
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

    /// Three underscores stand for three no-break spaces, which nobody could see here.
    private static func spaced(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: "___") {
            result += rest[..<found.lowerBound] + "\u{A0}\u{A0}\u{A0}"
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}
